import { isDeepStrictEqual } from 'node:util';
import test from 'ava';
import { decodeStructured } from '../../../src/codec/structured/decode.ts';
import { encodeStructured } from '../../../src/codec/structured/encode.ts';

function copy<T>(value: T): T {
  return decodeStructured(encodeStructured(value).slice()) as T;
}

/** Often enough for a shape to be compiled. */
const OFTEN = 600;

test('objects of one shape come back equal, whatever their properties hold in turn', (t) => {
  const contents = [1, -0, 0.5, 2 ** 40, 'text', 'é'.repeat(40), '日', true, null, undefined, 5n];
  const containers = [[], [1], { id: 1 }, new Map([[1, 2]]), new Date(5), new Uint8Array(3)];
  const all = [...contents, ...containers];
  const rows = Array.from({ length: OFTEN }, (_, i) => ({
    first: all[i % all.length],
    second: all[(i + 5) % all.length],
    third: all[(i + 11) % all.length],
  }));
  t.true(isDeepStrictEqual(copy(rows), structuredClone(rows)));
});

test('a function is refused at its path in an object of a shape sent often', (t) => {
  const rows: Record<string, unknown>[] = Array.from({ length: OFTEN }, (_, i) => ({
    first: i,
    'the second': { inner: i },
    third: i,
  }));
  copy(rows);
  for (const [key, step] of [
    ['first', '.first'],
    ['the second', '["the second"]'],
    ['third', '.third'],
  ] as const) {
    const broken = [...rows];
    broken[500] = { ...rows[500], [key]: () => {} };
    t.throws(() => encodeStructured(broken), {
      code: 'ERR_TYPE',
      message: new RegExp(`^value\\[500\\]${escaped(step)} is a function`),
    });
  }
});

test('a getter runs once in any object that has the keys of a shape sent often', (t) => {
  const plain = (): object => ({ code: 0, detail: 0 });
  copy(Array.from({ length: OFTEN }, plain));
  class Report {}
  const makers: readonly (() => object)[] = [
    plain,
    () => new Report(),
    () => Object.create(null),
    () => Object.create({ inherited: 1 }),
  ];
  for (const make of makers) {
    let runs = 0;
    const count = (): number => {
      runs += 1;
      return runs;
    };
    const object = make();
    for (const key of ['code', 'detail']) {
      Object.defineProperty(object, key, { get: count, enumerable: true, configurable: true });
    }
    t.deepEqual(copy<unknown>([object, object]), [
      { code: 1, detail: 2 },
      { code: 1, detail: 2 },
    ]);
  }
});

test('an object of another kind with the keys of a shape sent often stays of its kind', (t) => {
  const keys = { code: 1, detail: 'x' };
  copy(Array.from({ length: OFTEN }, () => ({ ...keys })));
  for (const make of [
    () => new Map([[1, 2]]),
    () => new Set([1]),
    () => new Date(5),
    () => Object('text'),
    () => [1, 2],
  ]) {
    const received = copy([{ ...keys }, Object.assign(make(), keys), { ...keys }]);
    t.true(isDeepStrictEqual(structuredClone(received[0]), keys));
    t.is(Object.prototype.toString.call(received[1]), Object.prototype.toString.call(make()));
    t.deepEqual(received[2], keys);
  }
  const error = copy([{ ...keys }, Object.assign(new TypeError('x'), keys)])[1];
  t.true(error instanceof TypeError);
  t.like(error, keys);
  t.throws(() => encodeStructured([{ ...keys }, Object.assign(Promise.resolve(), keys)]), {
    message: /^value\[1\] is a Promise/,
  });
});

test('an inherited property that enumerates is not sent', (t) => {
  const rows = Array.from({ length: OFTEN }, () => ({ first: 1, second: 2 }));
  copy(rows);
  const { prototype } = Object;
  Object.defineProperty(prototype, 'second', { value: 9, enumerable: true, configurable: true });
  let encoding: Uint8Array;
  try {
    encoding = encodeStructured([...rows.slice(0, 2), { first: 3 }, ...rows.slice(0, 2)]).slice();
  } finally {
    delete (prototype as { second?: number }).second;
  }
  const received = decodeStructured(encoding) as object[];
  t.deepEqual(
    received.map((row) => Object.keys(row).length),
    [2, 2, 1, 2, 2],
  );
});

test('more shapes than one message can define come back right when they are sent often', (t) => {
  class Row {
    constructor(i: number) {
      Object.assign(this, { id: i, [`k${i % 300}`]: i });
    }
  }
  const plain = Array.from({ length: 600 }, (_, i) => ({ id: i, [`k${i % 300}`]: i }));
  const rows = Array.from({ length: 600 }, (_, i) => new Row(i));
  for (let i = 0; i < 150; i += 1) encodeStructured(plain);
  for (const value of [plain, plain.toReversed(), rows, rows.toReversed()]) {
    t.true(isDeepStrictEqual(copy<unknown>(value), structuredClone(value)));
  }
});

test('a getter that encodes objects of its own shape disturbs neither message', (t) => {
  const rows = Array.from({ length: OFTEN }, (_, i) => ({ id: i, inner: 0 }));
  copy(rows);
  const inner: unknown[] = [];
  const getter = {
    get id(): number {
      inner.push(copy(rows.slice(0, 3)));
      return 7;
    },
    inner: 1,
  };
  t.deepEqual(copy([rows[0], getter, rows[1]]), [rows[0]!, { id: 7, inner: 1 }, rows[1]!]);
  t.deepEqual(inner, [rows.slice(0, 3)]);
});

function escaped(text: string): string {
  return text.replace(/[[\].]/g, '\\$&');
}

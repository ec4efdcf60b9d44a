import { isDeepStrictEqual } from 'node:util';
import test from 'ava';
import { decodeStructured } from '../../../src/codec/structured/decode.ts';
import { encodeStructured } from '../../../src/codec/structured/encode.ts';

function copy<T>(value: T): T {
  return decodeStructured(encodeStructured(value).slice()) as T;
}

const shareable: Record<string, object> = {
  'a plain object': { a: 1 },
  'an object of many keys': Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`k${i}`, i])),
  'an array': ['x'],
  'a sparse array': new Array(3),
  'an array of integers': Array(20).fill(1),
  'an array of doubles': Array(20).fill(0.5),
  'a date': new Date(1),
  'a regular expression': /x/,
  'a map': new Map([[1, 2]]),
  'a set': new Set([1]),
  'a boxed number': Object(1),
  'a boxed string': Object('s'),
  'an error': new Error('x'),
  'an array buffer': new ArrayBuffer(2),
  'a typed array': Float32Array.of(1),
  'a data view': new DataView(new ArrayBuffer(2)),
};

for (const [name, object] of Object.entries(shareable)) {
  test(`${name} that occurs more than once is one object at the receiver`, (t) => {
    const received = copy({ one: object, list: [object, [object]], map: new Map([['k', object]]) });
    t.is(received.list[0], received.one);
    t.is((received.list[1] as object[])[0], received.one);
    t.is(received.map.get('k'), received.one);
    t.true(isDeepStrictEqual(received.one, object));
  });

  test(`${name} keeps its place among others that are shared`, (t) => {
    const others = Array.from({ length: 12 }, (_, i) => ({ i }));
    const received = copy([object, ...others, others.at(-1), others[0], object]);
    t.is(received[13], received[12]);
    t.is(received[14], received[1]);
    t.is(received[15], received[0]);
    t.deepEqual(received[14], { i: 0 });
  });
}

test('objects that are equal but distinct stay distinct', (t) => {
  const received = copy([{ a: 1 }, { a: 1 }, [1], [1]]);
  t.not(received[0], received[1]);
  t.not(received[2], received[3]);
});

test('an object sent twice is two objects at the receiver', (t) => {
  const object = { a: 1 };
  t.not(copy(object), copy(object));
});

test('cycles come back through every kind of container', (t) => {
  const object: Record<string, unknown> = {};
  const array: unknown[] = [];
  const map = new Map<unknown, unknown>();
  const set = new Set<unknown>();
  const error = new Error('x');
  Object.assign(object, { array, map, set, error, object });
  array.push(object, array);
  map.set(map, object).set('error', error);
  set.add(set).add(map);
  error.cause = object;
  const received = copy(object);
  t.is(received.object, received);
  t.is((received.array as unknown[])[0], received);
  t.is((received.array as unknown[])[1], received.array);
  t.is((received.map as typeof map).get(received.map), received);
  t.is((received.map as typeof map).get('error'), received.error);
  t.true((received.set as typeof set).has(received.set));
  t.true((received.set as typeof set).has(received.map));
  t.is((received.error as Error).cause, received);
});

test('a thousand rows that share one object share it at the receiver', (t) => {
  const shared = { unit: 'm' };
  const received = copy(Array.from({ length: 1000 }, (_, i) => ({ i, shared })));
  for (const [i, row] of received.entries()) {
    t.is(row.i, i);
    t.is(row.shared, received[0]!.shared);
  }
});

const wrap: Record<string, (inner: unknown) => object> = {
  objects: (inner) => ({ inner }),
  arrays: (inner) => [inner],
  'long arrays': (inner) => [...Array(20).fill(1), inner],
  'sparse arrays': (inner) => Object.assign(new Array(2), { 1: inner }),
  maps: (inner) => new Map([['inner', inner]]),
  'map keys': (inner) => new Map([[inner, 'inner']]),
  sets: (inner) => new Set([inner]),
  errors: (cause) => Object.assign(new TypeError('x', { cause }), { stack: 'none' }),
};

function unwrap(outer: unknown): unknown {
  if (outer instanceof Map) return [...outer][0]!.find((item) => item !== 'inner');
  if (outer instanceof Set) return [...outer][0];
  if (outer instanceof Error) return outer.cause;
  if (Array.isArray(outer)) return outer.at(-1);
  return (outer as { inner: unknown }).inner;
}

for (const [name, around] of Object.entries(wrap)) {
  test(`${name} nested 10,000 deep come back, and so does what they share`, (t) => {
    const leaf = { leaf: true };
    let value: unknown = leaf;
    for (let i = 0; i < 10_000; i += 1) value = around(value);
    const received = copy([leaf, value, leaf]);
    let inner = received[1];
    for (let i = 0; i < 10_000; i += 1) inner = unwrap(inner);
    t.deepEqual(inner, { leaf: true });
    t.is(inner, received[0]);
    t.is(inner, received[2]);
  });
}

test('a long linked list comes back in order', (t) => {
  interface Node {
    readonly i: number;
    readonly next: Node | undefined;
  }
  let list: Node | undefined;
  for (let i = 49_999; i >= 0; i -= 1) list = { i, next: list };
  let node = copy(list);
  let i = 0;
  for (; node !== undefined; node = node.next) {
    if (node.i !== i) return t.fail(`${node.i} in place of ${i}`);
    i += 1;
  }
  t.is(i, 50_000);
});

test('short arrays of integers come back from any depth', (t) => {
  for (const length of [1, 2, 3, 4, 5, 15]) {
    const list = Array.from({ length }, (_, i) => i * 300);
    let value: unknown = list;
    for (let i = 0; i < 300; i += 1) value = [value, [i]];
    const received = copy([list, value]) as [unknown, unknown];
    let at = received[1];
    for (let i = 299; i >= 0; i -= 1) {
      t.deepEqual((at as unknown[])[1], [i]);
      at = (at as unknown[])[0];
    }
    t.deepEqual(at, list);
    t.is(at, received[0]);
  }
});

import test from 'ava';
import { MpiError } from '../../../src/base/error.ts';
import { decodeStructured } from '../../../src/codec/structured/decode.ts';
import { encodeStructured } from '../../../src/codec/structured/encode.ts';

function complaint(value: unknown): string {
  try {
    encodeStructured(value);
  } catch (error) {
    if (error instanceof MpiError && error.code === 'ERR_TYPE') return error.message;
    throw error;
  }
  return 'sent';
}

const noFunction =
  'is a function and cannot be sent; send data, or the name of an exported function';

function callback(): void {}

const paths: readonly (readonly [string, unknown])[] = [
  ['value', callback],
  ['value.jobs[3].callback', { jobs: [0, 1, 2, { callback }] }],
  ['value["odd key"]', { 'odd key': callback }],
  ['value["7"]', { 7: callback }],
  ['value.größe', { größe: callback }],
  ['value.get("k")', new Map([['k', callback]])],
  ['value.get(5n).x', new Map([[5n, { x: callback }]])],
  ['value.get(-1.5)', new Map([[-1.5, callback]])],
  [
    'value.get(<key 1>)',
    new Map<object, unknown>([
      [{}, 1],
      [[], callback],
    ]),
  ],
  ['value<key 0>', new Map([[callback, 1]])],
  ['value<item 2>', new Set([0, 1, callback])],
  ['value.cause.x', new Error('e', { cause: { x: callback } })],
  ['value.errors[1]', new AggregateError([1, callback])],
  ['value.details[0]', Object.assign(new Error('e'), { details: [callback] })],
  ['value[2]', Object.assign(new Array(5), { 2: callback })],
  ['value.named', Object.assign([1], { named: callback })],
  ['value[400]', [...Array(400).fill(1), callback]],
  ['value[20].x', [...Array(20).fill(1), { x: callback }]],
  [
    'value.k39',
    Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`k${i}`, i < 39 || callback])),
  ],
];

for (const [path, value] of paths) {
  test(`a function is refused at ${path}`, (t) => {
    t.is(complaint(value), `${path} ${noFunction}`);
  });
}

const refused: readonly (readonly [string, unknown])[] = [
  ['is a symbol and cannot be sent; send a string', Symbol('s')],
  ['is a Symbol and cannot be sent; send a string', Object(Symbol('s'))],
  ['is a WeakMap and cannot be sent; send a Map', new WeakMap()],
  ['is a WeakSet and cannot be sent; send a Set', new WeakSet()],
  ['is a WeakRef and cannot be sent; send what deref() returns', new WeakRef({})],
  ['is a Promise and cannot be sent; await it and send the result', Promise.resolve()],
  ['is a Generator and cannot be sent; send an array of its items', (function* () {})()],
  [
    'is an AsyncGenerator and cannot be sent; send an array of its items',
    (async function* () {})(),
  ],
  ['is a Map Iterator and cannot be sent; send an array of its items', new Map().keys()],
  ['is an Intl.NumberFormat and cannot be sent; send plain data', new Intl.NumberFormat()],
  ['is a WebAssembly.Memory and cannot be sent; send plain data', newMemory()],
  [
    'is a FinalizationRegistry and cannot be sent; send plain data',
    new FinalizationRegistry(() => {}),
  ],
  ['is a URL and cannot be sent; send its href', new URL('http://localhost/')],
  ['is an AbortSignal and cannot be sent; send plain data', AbortSignal.abort()],
];

function newMemory(): unknown {
  const { WebAssembly } = globalThis as unknown as {
    WebAssembly: { Memory: new (options: { initial: number }) => object };
  };
  return new WebAssembly.Memory({ initial: 1 });
}

for (const [text, value] of refused) {
  test(`refused with a remedy: ${text}`, (t) => {
    t.is(complaint({ here: [value] }), `value.here[0] ${text}`);
  });
}

test('a detached buffer and a view of one are refused', (t) => {
  const buffer = new ArrayBuffer(4);
  const view = new Uint8Array(buffer);
  structuredClone(buffer, { transfer: [buffer] });
  t.regex(complaint({ buffer }), /^value\.buffer has been detached/);
  t.regex(complaint({ view }), /^value\.view has been detached/);
});

test('a long path is cut in the middle', (t) => {
  let value: unknown = { callback };
  for (let i = 0; i < 60; i += 1) value = { inner: value };
  t.is(
    complaint(value),
    `value${'.inner'.repeat(8)} … ${'.inner'.repeat(7)}.callback ${noFunction}`,
  );
});

test('a very deep path shows its end', (t) => {
  let value: unknown = { callback };
  for (let i = 0; i < 10_000; i += 1) value = [value];
  t.is(complaint(value), `value … ${'[0]'.repeat(15)}.callback ${noFunction}`);
});

test('a long key is cut', (t) => {
  t.is(complaint({ ['k'.repeat(100)]: callback }), `value["${'k'.repeat(60)}…"] ${noFunction}`);
});

test('finding the path runs no getter again, and the codec goes on as if nothing had happened', (t) => {
  let runs = 0;
  const value = {
    get inner(): object {
      runs += 1;
      return { list: [{}, callback] };
    },
  };
  t.is(complaint(value), `value.inner.list[1] ${noFunction}`);
  t.is(runs, 1);
  const next = { a: [{}, { b: 1 }] };
  t.deepEqual(decodeStructured(encodeStructured(next)), next);
});

test('a getter that encodes what cannot be sent reports the path of that value', (t) => {
  const value = {
    get inner(): Uint8Array {
      return encodeStructured({ callback }).slice();
    },
  };
  t.is(complaint([value]), `value.callback ${noFunction}`);
});

import test from 'ava';
import { arrayKindOf, bytesOf, type TypedArray } from '../../src/base/array-kind.ts';
import {
  countOf,
  decode,
  decodeInto,
  encode,
  misfit,
  STRUCTURED,
  spansItsBuffer,
} from '../../src/codec/payload.ts';

const TYPED: readonly (new (
  buffer: ArrayBufferLike,
  offset?: number,
  length?: number,
) => TypedArray)[] = [
  Int8Array,
  Uint8Array,
  Uint8ClampedArray,
  Int16Array,
  Uint16Array,
  Int32Array,
  Uint32Array,
  Float32Array,
  Float64Array,
  BigInt64Array,
  BigUint64Array,
];

/** 64 bytes, all different. */
function memory(): ArrayBuffer {
  return Uint8Array.from({ length: 64 }, (_, at) => at + 1).buffer;
}

for (const Kind of TYPED) {
  const { name } = Kind;
  test(`a view that is a ${name} sends only its own bytes and comes back as one`, (t) => {
    const view = new Kind(memory(), 16, 3);
    const { dataKind, bytes } = encode(view);
    t.deepEqual(bytes, new Uint8Array(memory(), 16, view.byteLength));
    t.is(bytes.buffer, view.buffer, 'it is the memory of the value itself');
    t.is(countOf(dataKind, bytes.length), 3);
    t.deepEqual(decode(dataKind, bytes, false), view);
    const empty = encode(new Kind(memory(), 8, 0));
    t.is(empty.bytes.length, 0);
    t.deepEqual(decode(empty.dataKind, empty.bytes, false), new Kind(new ArrayBuffer(0)));
  });

  test(`a ${name} is decoded into another, and only into one of its own kind`, (t) => {
    const view = new Kind(memory(), 16, 3);
    const { dataKind, bytes } = encode(view);
    const into = new Kind(new ArrayBuffer(64), 8, 3);
    t.is(misfit(dataKind, bytes.length, into), undefined);
    decodeInto(bytes, into);
    t.deepEqual(into, view);
    t.deepEqual(new Uint8Array(into.buffer, 0, 8), new Uint8Array(8), 'what is beside it stays');
    const short = new Kind(new ArrayBuffer(64), 8, 2);
    t.deepEqual(misfit(dataKind, bytes.length, short), {
      code: 'ERR_TRUNCATE',
      text: `the message is ${name}(3), but into is ${name}(2) and too short; probe() first and size it by status.count, or receive without into`,
    });
    for (const Other of TYPED) {
      const other = new Other(new ArrayBuffer(64));
      const bothBytes = [name, Other.name].every((kind) => /^Uint8(Clamped)?Array$/.test(kind));
      const expected =
        Kind === Other || bothBytes
          ? undefined
          : {
              code: 'ERR_TYPE' as const,
              text: `the message is ${name}(3), but into is ${Other.name}(${other.length}); both sides must use the same element type`,
            };
      t.deepEqual(misfit(dataKind, bytes.length, other), expected);
    }
  });
}

test('an ArrayBuffer, a DataView and a Buffer come back as what they were', (t) => {
  const values = [
    memory(),
    new DataView(memory(), 5, 7),
    Buffer.from(memory(), 3, 9),
    new ArrayBuffer(0),
    Buffer.alloc(0),
  ];
  for (const value of values) {
    const { dataKind, bytes } = encode(value);
    t.is(bytes.length, value.byteLength);
    const copy = decode(dataKind, bytes, false);
    t.deepEqual(copy, value);
    t.is((copy as object).constructor, value.constructor);
    t.is(countOf(dataKind, bytes.length), value.byteLength);
  }
});

test('a Buffer, an ArrayBuffer and a DataView can be received into bytes', (t) => {
  for (const value of [memory(), new DataView(memory()), Buffer.from(memory())]) {
    const { dataKind, bytes } = encode(value);
    for (const into of [new Uint8Array(64), new Uint8ClampedArray(64), Buffer.alloc(64)]) {
      t.is(misfit(dataKind, bytes.length, into), undefined);
      decodeInto(bytes, into);
      t.deepEqual(bytesOf(into), new Uint8Array(memory()));
    }
    const wrong = misfit(dataKind, bytes.length, new Int8Array(64));
    t.is(wrong?.code, 'ERR_TYPE');
    const short = misfit(dataKind, bytes.length, Buffer.alloc(3));
    t.is(short?.code, 'ERR_TRUNCATE');
    t.regex(short?.text ?? '', /into is Buffer\(3\) and too short/);
  }
});

test('shared memory arrives as memory that is not shared', (t) => {
  const shared = new SharedArrayBuffer(16);
  const view = new Int32Array(shared, 4, 2);
  view.set([7, 8]);
  const arrived = decode(encode(view).dataKind, encode(view).bytes, false) as Int32Array;
  t.deepEqual([...arrived], [7, 8]);
  t.true(arrived.buffer instanceof ArrayBuffer);
  const whole = encode(shared);
  const buffer = decode(whole.dataKind, whole.bytes, false);
  t.true(buffer instanceof ArrayBuffer);
  t.deepEqual(new Int32Array(buffer as ArrayBuffer), Int32Array.of(0, 7, 8, 0));
  const into = new Int32Array(new SharedArrayBuffer(8));
  decodeInto(encode(view).bytes, into);
  t.deepEqual([...into], [7, 8]);
});

test('a subclass of a typed array counts as the array it extends', (t) => {
  class Vector extends Float32Array {
    override get [Symbol.toStringTag](): 'Float32Array' {
      return 'Something' as 'Float32Array';
    }
  }
  const { dataKind, bytes } = encode(new Vector([1, 2]));
  const copy = decode(dataKind, bytes, false);
  t.deepEqual(copy, Float32Array.of(1, 2));
  t.is(arrayKindOf(new Vector(1))?.name, 'Float32Array');
});

test('bytes that were lent are copied, whatever kind of view shows them', (t) => {
  for (const lend of [
    (from: ArrayBuffer) => new Uint8Array(from, 8, 16),
    (from: ArrayBuffer) => Buffer.from(from, 8, 16),
    (from: ArrayBuffer) => new Uint8Array(from),
    (from: ArrayBuffer) => Buffer.from(from),
  ]) {
    for (const value of [
      new Float64Array(2),
      new DataView(memory()),
      new ArrayBuffer(1),
      Buffer.alloc(1),
    ]) {
      const from = memory();
      const lent = lend(from);
      const before = new Uint8Array(lent);
      const decoded = decode(encode(value).dataKind, lent, false) as TypedArray;
      new Uint8Array(from).fill(0xee);
      t.deepEqual(new Uint8Array(bytesOf(decoded)), before);
    }
  }
});

test('bytes that were given are kept without a copy, if they span their memory', (t) => {
  const kind = encode(new Float64Array(1)).dataKind;
  const given = memory();
  const whole = decode(kind, new Uint8Array(given), true) as Float64Array;
  t.is(whole.buffer, given);
  const buffer = decode(encode(memory()).dataKind, new Uint8Array(given), true);
  t.is(buffer, given);
  // A part of a larger block would keep all of it alive, and need not be aligned.
  const part = decode(kind, new Uint8Array(given, 3, 16), true) as Float64Array;
  t.not(part.buffer, given);
  t.is(part.buffer.byteLength, 16);
  t.true(spansItsBuffer(new Uint8Array(given)));
  t.false(spansItsBuffer(new Uint8Array(given, 1)));
  t.false(spansItsBuffer(new Uint8Array(given, 0, 63)));
});

test('any other value is structured, counts as one element and fits into no array', (t) => {
  for (const value of [undefined, null, 7, 'text', [1], { a: new Uint8Array(2) }, new Map()]) {
    const { dataKind, bytes } = encode(value);
    t.is(dataKind, STRUCTURED);
    t.is(countOf(dataKind, bytes.length), 1);
    t.deepEqual(decode(dataKind, bytes.slice(), false), value);
    t.deepEqual(misfit(dataKind, bytes.length, new Int16Array(9)), {
      code: 'ERR_TYPE',
      text: 'the message is an object, not a typed array, and cannot be put into Int16Array(9); receive it without into',
    });
  }
});

test('what cannot be sent is refused with its path', (t) => {
  t.throws(() => encode({ a: [() => {}] }), { code: 'ERR_TYPE', message: /a\[0\]/ });
  t.throws(() => encode(Symbol('s')), { code: 'ERR_TYPE' });
});

test('an array of a kind this engine lacks can be seen, but is refused when it is received', (t) => {
  const text = 'the message is a typed array of kind 200, which this version of Node does not have';
  t.is(countOf(200, 12), 12);
  t.deepEqual(misfit(200, 12, new Uint8Array(12)), { code: 'ERR_TYPE', text });
  t.throws(() => decode(200, new Uint8Array(12), true), { code: 'ERR_TYPE', message: text });
});

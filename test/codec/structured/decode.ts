import { isDeepStrictEqual } from 'node:util';
import test from 'ava';
import fc from 'fast-check';
import { MpiError } from '../../../src/base/error.ts';
import { decodeStructured } from '../../../src/codec/structured/decode.ts';
import { encodeStructured } from '../../../src/codec/structured/encode.ts';
import * as tag from '../../../src/codec/structured/tag.ts';

/** One of everything, with references, and a part that is put off. */
function everything(): unknown {
  const shared = { id: 1, name: 'P0' };
  let deep: unknown = shared;
  for (let i = 0; i < 140; i += 1) deep = i % 3 === 0 ? [deep] : { deep };
  return {
    scalars: [
      undefined,
      null,
      true,
      -1,
      200,
      70_000,
      1.5,
      5n,
      -(2n ** 90n),
      'short',
      'x'.repeat(50),
    ],
    wide: '日本'.repeat(20),
    rows: [shared, { id: 2, name: 'P1' }, shared],
    blocks: [Array(20).fill(7), Array(20).fill(0.5)],
    sparse: Object.assign(new Array(50), { 40: 1, name: 'x' }),
    map: new Map<unknown, unknown>([['k', new Set([1])]]),
    others: [new Date(1), /a+/g, Object('s'), new TypeError('x', { cause: 1 })],
    binary: [Uint8Array.of(1, 2), Float64Array.of(0.5), Buffer.from('b')],
    keyed: Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`k${i}`, i])),
    deep,
  };
}

function decodeOrRefuse(bytes: Uint8Array): 'decoded' | 'refused' {
  try {
    decodeStructured(bytes);
    return 'decoded';
  } catch (error) {
    if (error instanceof MpiError && error.code === 'ERR_TYPE') return 'refused';
    throw error;
  }
}

test('an encoding cut short anywhere is refused', (t) => {
  const encoding = encodeStructured(everything()).slice();
  for (let length = 0; length < encoding.length; length += 1) {
    t.is(decodeOrRefuse(encoding.subarray(0, length)), 'refused', `${length} bytes`);
  }
  t.is(decodeOrRefuse(encoding), 'decoded');
});

test('an encoding is decoded from within a larger memory, wherever it lies there', (t) => {
  const value = everything();
  const encoding = encodeStructured(value).slice();
  const memory = new Uint8Array(encoding.length + 40);
  for (const start of [0, 1, 3, 8, 21, 40]) {
    memory.fill(tag.END).set(encoding, start);
    const received = decodeStructured(memory, start, start + encoding.length);
    memory.fill(0xee);
    t.true(isDeepStrictEqual(received, value), `from byte ${start}`);
  }
});

test('several memories are decoded from in turn, each from views of its own', (t) => {
  const memories = [0, 1, 2].map((i) => {
    const value = {
      long: `${i}`.repeat(40),
      wide: `${i}日`.repeat(20),
      double: i + 0.5,
      big: BigInt(i),
    };
    const whole = { ...value, doubles: Array(20).fill(i / 3), integers: Array(20).fill(i) };
    const encoding = encodeStructured(whole);
    // The first two lie in one buffer, whose halves start at 8 and 1001.
    const memory = new Uint8Array(i < 2 ? shared : new ArrayBuffer(1000), [8, 1001, 0][i]!, 900);
    memory.set(encoding, 16);
    return { memory, end: 16 + encoding.length, whole, copy: encoding.slice() };
  });
  for (const i of [0, 0, 1, 0, 2, 2, 1, 2, 0]) {
    const { memory, end, whole, copy } = memories[i]!;
    t.deepEqual(decodeStructured(memory, 16, end), whole);
    t.deepEqual(decodeStructured(i % 2 === 0 ? copy : memory.subarray(16, end)), whole);
  }
});

const shared = new SharedArrayBuffer(2000);

test('nothing is read past the end of an encoding within a larger memory', (t) => {
  const encoding = encodeStructured(everything()).slice();
  const memory = new Uint8Array(encoding.length + 40);
  for (const filler of [0, tag.END, 0xff]) {
    memory.fill(filler).set(encoding, 16);
    for (let end = 16; end < 16 + encoding.length; end += 1) {
      t.throws(() => decodeStructured(memory, 16, end), { code: 'ERR_TYPE' }, `end ${end}`);
    }
    t.throws(() => decodeStructured(memory, 16, 17 + encoding.length), { message: /left over/ });
  }
  for (const code of [tag.INT32, tag.FLOAT64, tag.BIGINT64, tag.DATE, tag.MAP, tag.SET]) {
    memory.fill(tag.END).set([tag.TREE, code], 16);
    t.throws(() => decodeStructured(memory, 16, 18), {
      message: /^cannot decode 2 bytes as a structured value: cut short at byte 1;/,
    });
  }
});

test('bytes left over are refused', (t) => {
  const encoding = encodeStructured({ a: 1 });
  const longer = new Uint8Array(encoding.length + 1);
  longer.set(encoding);
  t.throws(() => decodeStructured(longer), {
    instanceOf: MpiError,
    code: 'ERR_TYPE',
    message: /bytes left over after the value/,
  });
});

test('an encoding with any one byte changed decodes or is refused', (t) => {
  const encoding = encodeStructured(everything()).slice();
  for (let at = 0; at < encoding.length; at += 1) {
    const original = encoding[at]!;
    for (const byte of [0, 0x7f, 0xff, original ^ 1, original ^ 0x80, original + 1, tag.LATER]) {
      encoding[at] = byte;
      decodeOrRefuse(encoding);
    }
    encoding[at] = original;
  }
  t.is(decodeOrRefuse(encoding), 'decoded');
});

test('any bytes at all decode or are refused', (t) => {
  const tags = fc.oneof(fc.integer({ min: 0, max: 255 }), fc.integer({ min: 0xc0, max: 0xe2 }));
  const bytes = fc.array(tags, { maxLength: 200 });
  const property = fc.property(fc.constantFrom(tag.TREE, tag.GRAPH), bytes, (format, rest) => {
    decodeOrRefuse(Uint8Array.of(format, ...rest));
  });
  t.notThrows(() => fc.assert(property, { numRuns: 20_000 }));
});

const huge = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f];
for (const [name, code] of Object.entries({
  LATIN1: tag.LATIN1,
  UTF16: tag.UTF16,
  BIGINT: tag.BIGINT,
  ARRAY: tag.ARRAY,
  FLOAT64_ARRAY: tag.FLOAT64_ARRAY,
  INT32_ARRAY: tag.INT32_ARRAY,
  SPARSE_ARRAY: tag.SPARSE_ARRAY,
  OBJECT: tag.OBJECT,
  REFERENCE: tag.REFERENCE,
})) {
  test(`${name} with a length beyond all bytes is refused at once`, (t) => {
    for (const format of [tag.TREE, tag.GRAPH]) {
      t.is(decodeOrRefuse(Uint8Array.of(format, code, ...huge)), 'refused');
      t.is(decodeOrRefuse(Uint8Array.of(format, code, ...huge, ...huge)), 'refused');
      t.is(decodeOrRefuse(Uint8Array.of(format, code, ...Array(30).fill(0xff))), 'refused');
    }
  });
}

test('a sparse array of any length takes memory for what it holds', (t) => {
  const holes = [tag.SPARSE_ARRAY, 0xff, 0xff, 0xff, 0x0f, 0, 0];
  const count = 10_000;
  const length = [0x80 | (count & 0x7f), count >> 7];
  const bytes = Uint8Array.of(tag.TREE, tag.ARRAY, ...length, ...Array(count).fill(holes).flat());
  const before = process.memoryUsage().heapUsed;
  const arrays = decodeStructured(bytes) as unknown[][];
  t.is(arrays[count - 1]?.length, 2 ** 25 - 1);
  t.true(process.memoryUsage().heapUsed - before < 100e6);
});

for (const [name, unit] of Object.entries({
  arrays: [tag.ARRAY, 1],
  boxes: [tag.BOXED],
  maps: [tag.MAP],
  records: [tag.NEW_RECORD, 1, 2, 0x81, 97],
  'regular expressions': [tag.REGEXP],
})) {
  test(`${name} nested without end are refused`, (t) => {
    const bytes = Uint8Array.of(tag.TREE, ...Array(20_000).fill(unit).flat());
    t.is(decodeOrRefuse(bytes), 'refused');
  });
}

test('contents are taken only for what was put off', (t) => {
  for (const shell of [tag.OBJECT, tag.ARRAY, tag.MAP, tag.SET]) {
    for (const contents of [[tag.OBJECT, 0], [tag.ARRAY, 0], [tag.MAP, tag.END], [tag.NULL]]) {
      const bytes = Uint8Array.of(tag.GRAPH, tag.LATER, shell, ...contents);
      t.is(decodeOrRefuse(bytes), contents[0] === shell ? 'decoded' : 'refused');
    }
  }
});

test('a message says what is wrong with the bytes', (t) => {
  t.throws(() => decodeStructured(new Uint8Array(0)), {
    instanceOf: MpiError,
    message: /^cannot decode 0 bytes as a structured value: no such format at byte 0;/,
  });
});

test('after bytes that were refused, the next are decoded', (t) => {
  const encoding = encodeStructured(everything()).slice();
  t.is(decodeOrRefuse(encoding.subarray(0, encoding.length - 1)), 'refused');
  t.deepEqual(decodeStructured(encodeStructured({ a: [{ a: [] }] })), { a: [{ a: [] }] });
});

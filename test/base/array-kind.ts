import test from 'ava';
import { arrayKindById, arrayKindOf, bytesOf } from '../../src/base/array-kind.ts';

test('every kind of binary value has a number of its own, which stands on the wire', (t) => {
  // These numbers may never change: ranks of different versions would misread each other.
  const numbers: [value: ArrayBuffer | ArrayBufferView, id: number, bytesPerElement: number][] = [
    [new ArrayBuffer(1), 1, 1],
    [new DataView(new ArrayBuffer(1)), 2, 1],
    [Buffer.alloc(1), 3, 1],
    [new Int8Array(1), 4, 1],
    [new Uint8Array(1), 5, 1],
    [new Uint8ClampedArray(1), 6, 1],
    [new Int16Array(1), 7, 2],
    [new Uint16Array(1), 8, 2],
    [new Int32Array(1), 9, 4],
    [new Uint32Array(1), 10, 4],
    [new Float32Array(1), 11, 4],
    [new Float64Array(1), 12, 8],
    [new BigInt64Array(1), 13, 8],
    [new BigUint64Array(1), 14, 8],
  ];
  for (const [value, id, bytesPerElement] of numbers) {
    const kind = arrayKindOf(value);
    t.like(kind, { id, bytesPerElement, name: value.constructor.name });
    t.is(arrayKindById(id), kind);
  }
  t.is(arrayKindById(0), undefined);
  t.is(arrayKindById(16), undefined);
});

test('anything else has no kind', (t) => {
  for (const value of [undefined, null, 1, 'x', {}, [], new Map(), { buffer: 1, byteLength: 2 }]) {
    t.is(arrayKindOf(value), undefined);
  }
});

test('the bytes of a view are its own, and share its memory', (t) => {
  const memory = new ArrayBuffer(8);
  const bytes = bytesOf(new Int16Array(memory, 2, 2));
  t.deepEqual([bytes.byteOffset, bytes.length, bytes.buffer], [2, 4, memory]);
  t.is(bytesOf(memory).length, 8);
});

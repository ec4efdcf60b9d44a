import test from 'ava';
import { bundle, note, readNote, unbundle } from '../../src/codec/bundle.ts';
import { Packed } from '../../src/codec/payload.ts';

test('values come out of a bundle as they went in', (t) => {
  const values = [
    { a: [1, 2, 3] },
    'a text of some length',
    undefined,
    Float64Array.of(1.5, -0, Number.NaN),
    new Uint8Array(0),
    Uint8Array.of(1, 2, 3),
    Buffer.from('bytes'),
    new Array(500).fill(0.5),
  ];
  const packed = bundle(values.map((value) => Packed.of(value)));
  const parts = unbundle(Packed.keep(packed.dataKind, packed.bytes), values.length);
  t.true(parts.every(({ bytes }) => bytes.byteOffset % 8 === 0));
  t.deepEqual(
    parts.map((part) => part.unpack()),
    values,
  );
});

test('a single value is its own bundle', (t) => {
  const value = Packed.of([1, 2]);
  t.is(bundle([value]), value);
  t.deepEqual(unbundle(value, 1), [value]);
});

test('a bundle takes eight bytes more for each value, and fills each up to a multiple of eight', (t) => {
  const values = [Uint8Array.of(1), new Uint8Array(8), new Uint8Array(9)];
  t.is(bundle(values.map((value) => Packed.of(value))).bytes.length, 3 * 8 + 8 + 8 + 16);
});

test('a note is told from the values it stands for', (t) => {
  t.deepEqual(readNote(note(12, 2 ** 40)), Float64Array.of(12, 2 ** 40));
  for (const value of [1, Float64Array.of(12, 7), new Uint8Array(16)]) {
    t.is(readNote(Packed.of(value)), undefined);
  }
  const [first, second] = unbundle(bundle([note(5), Packed.of('x')]), 2) as [Packed, Packed];
  t.deepEqual([...(readNote(first) as Float64Array)], [5]);
  t.is(second.unpack(), 'x');
});

import test from 'ava';
import { Packed } from '../../src/codec/payload.ts';
import { Placement } from '../../src/collective/block/placement.ts';

/** Play the arrival of blocks: those for which there is room are put there at once. */
function arrive(placement: Placement, arrays: readonly Float64Array[]): Packed[] {
  return arrays.map((array, source) => {
    const { dataKind, bytes } = Packed.of(array);
    const room = placement.places(source)(dataKind, bytes.length) as Float64Array | undefined;
    room?.set(array);
    return room === undefined ? Packed.of(array.slice()) : Packed.of(room);
  });
}

const block = (length: number, first: number): Float64Array =>
  Float64Array.from({ length }, (_, n) => first + n);

test('blocks with counts go to their places at once', (t) => {
  const into = new Float64Array(6);
  const placement = new Placement({
    size: 3,
    into,
    like: into,
    counts: [1, 3, 2],
    displacements: undefined,
    likely: 1,
  });
  const blocks = arrive(placement, [block(1, 10), block(3, 20), block(2, 30)]);
  t.deepEqual([...into], [10, 20, 21, 22, 30, 31], 'before all are here');
  t.is(placement.fill(blocks), into);
  t.deepEqual([...into], [10, 20, 21, 22, 30, 31]);
});

test('blocks that are all as long as this rank’s go to their places at once', (t) => {
  const into = new Float64Array(6);
  const options = { size: 3, into, like: into, counts: undefined, displacements: undefined };
  const placement = new Placement({ ...options, likely: 2 });
  const blocks = arrive(placement, [block(2, 10), block(2, 20), block(2, 30)]);
  t.deepEqual([...into], [10, 11, 20, 21, 30, 31], 'before all are here');
  t.is(placement.fill(blocks), into);
});

for (const lengths of [
  [1, 3, 2, 2],
  [3, 1, 2, 2],
  [2, 0, 2, 4],
  [0, 2, 2, 2],
  [2, 2, 2, 0],
  [1, 2, 2, 2],
]) {
  test(`blocks of lengths ${lengths.join(', ')} are moved if they were taken to have 2 each`, (t) => {
    const into = new Float64Array(8);
    const options = { size: 4, into, like: into, counts: undefined, displacements: undefined };
    const placement = new Placement({ ...options, likely: 2 });
    const arrays = lengths.map((length, source) => block(length, 10 * (source + 1)));
    t.is(placement.fill(arrive(placement, arrays)), into);
    const expected = arrays.flatMap((array) => [...array]);
    t.deepEqual([...into.slice(0, expected.length)], expected);
  });
}

test('nothing behind the blocks is touched in an array that is longer than they are likely to be', (t) => {
  const into = new Float64Array(7).fill(-1);
  const options = { size: 3, into, like: into, counts: undefined, displacements: undefined };
  const placement = new Placement({ ...options, likely: 2 });
  placement.fill(arrive(placement, [block(2, 10), block(1, 20), block(2, 30)]));
  t.deepEqual([...into], [10, 11, 20, 30, 31, -1, -1]);
});

test('an array is made to measure if none is given', (t) => {
  const like = new Float64Array(0);
  const options = { size: 3, into: undefined, like, counts: undefined, displacements: undefined };
  for (const likely of [undefined, 2]) {
    const placement = new Placement({ ...options, likely });
    const filled = placement.fill(arrive(placement, [block(2, 10), block(1, 20), block(2, 30)]));
    t.deepEqual(filled, Float64Array.of(10, 11, 20, 30, 31));
  }
});

import test from 'ava';
import type { MpiError } from '../../src/base/error.ts';
import type { Communicator } from '../../src/comm/communicator.ts';
import { runRanks } from '../../src/testing.ts';

type Call = (world: Communicator) => PromiseLike<unknown>;

const floats = (length: number): Float64Array => new Float64Array(length);

/** What rank 0 of four calls, and the error that says what is wrong with it. */
const WRONG: readonly (readonly [call: Call, code: MpiError['code'], message: string])[] = [
  [
    (world) => world.broadcast('x', 2 as never),
    'ERR_ARG',
    'broadcast: the options must be an object; to name the root, write { root: 2 }',
  ],
  [
    (world) => world.gather('x', { root: 4 }),
    'ERR_ROOT',
    'gather: root 4 is out of range: this communicator has ranks 0 to 3',
  ],
  [
    (world) => world.scatter([1, 2, 3, 4], { root: -1 }),
    'ERR_ROOT',
    'scatter: root -1 is out of range: this communicator has ranks 0 to 3',
  ],
  [
    (world) => world.allgather('x', { algorithm: 'fastest' }),
    'ERR_ARG',
    'allgather: there is no algorithm "fastest"; there are linear, ring, bruck, recursive-doubling',
  ],
  [
    (world) => world.broadcast(() => 1),
    'ERR_TYPE',
    'broadcast: value is a function and cannot be sent; send data, or the name of an exported function',
  ],
  [
    (world) => world.scatter([1, { job: [Symbol('x')] }, 3, 4]),
    'ERR_TYPE',
    'scatter: values[1].job[0] is a symbol and cannot be sent; send a string',
  ],
  [
    (world) => world.broadcast(floats(1), { into: [] as never }),
    'ERR_BUFFER',
    'broadcast: into must be a typed array, not an array',
  ],
  [
    (world) => world.scatter(),
    'ERR_ARG',
    'scatter: expected a list of 4 values or one typed array, not undefined',
  ],
  [
    (world) => world.scatter([1, 2, 3]),
    'ERR_COUNT',
    'scatter: the list has 3 values, but there are 4 ranks; give one value for each rank',
  ],
  [
    (world) => world.scatter([1, 2, 3, 4], { counts: [1, 1, 1, 1] }),
    'ERR_ARG',
    'scatter: counts and displacements are for one typed array; items of a list may be of any size',
  ],
  [
    (world) => world.scatter(floats(10)),
    'ERR_COUNT',
    'scatter: Float64Array(10) cannot be cut into 4 equal blocks; give the counts, such as [3, 3, 2, 2]',
  ],
  [
    (world) => world.scatter(floats(10), { counts: [1, 2, 3] }),
    'ERR_COUNT',
    'scatter: counts has 3 numbers, but there are 4 ranks; give one for each rank',
  ],
  [
    (world) => world.scatter(floats(10), { counts: [1, 2, 3, 3] }),
    'ERR_COUNT',
    'scatter: the counts add up to 9, but the array has 10 elements; they must be the same, or displacements be given',
  ],
  [
    (world) => world.scatter(floats(10), { counts: [1, 2, 3.5, 3.5] }),
    'ERR_COUNT',
    'scatter: counts[2] is 3.5; it must be an integer of 0 or more',
  ],
  [
    (world) => world.scatter(floats(10), { counts: 4 as never }),
    'ERR_ARG',
    'scatter: counts must be a list of numbers, not 4',
  ],
  [
    (world) => world.scatter(floats(12), { displacements: [0, 3, 6, 9] }),
    'ERR_COUNT',
    'scatter: displacements say where blocks begin; give counts as well',
  ],
  [
    (world) => world.scatter(floats(10), { counts: [3, 3, 3, 3], displacements: [0, 2, 5, 8] }),
    'ERR_BUFFER',
    'scatter: the block of rank 3, 3 elements from 8 on, lies outside the array, which has 10 elements; correct counts and displacements',
  ],
  [
    (world) => world.gather('x', { counts: [1, 1, 1, 1] }),
    'ERR_ARG',
    'gather: counts and displacements say where blocks are put; give into as well',
  ],
  [
    (world) => world.gather<unknown>([1], { into: floats(4) }),
    'ERR_ARG',
    'gather: into is filled with the typed arrays of all ranks, but this one gave an array; give a typed array, or leave into out',
  ],
  [
    (world) => world.gather<unknown>(new Int32Array(1), { into: floats(4) }),
    'ERR_TYPE',
    'gather: the array is Int32Array, but into is Float64Array; both must have the same element type',
  ],
  [
    (world) => world.gather(floats(2), { into: floats(9), counts: [2, 3, 3, 2] }),
    'ERR_COUNT',
    'gather: the counts add up to 10, but into has 9 elements; make it longer',
  ],
  [
    (world) => world.gather(floats(2), { into: floats(9), counts: [1, 2, 3, 3] }),
    'ERR_COUNT',
    'gather: counts[0] is 1, but the array of this rank has 2 elements; they must be the same',
  ],
  [
    (world) => world.allgather(floats(1), { into: floats(9), displacements: [0, 1, 2, 3] }),
    'ERR_COUNT',
    'allgather: displacements say where blocks begin; give counts as well',
  ],
  [
    (world) =>
      world.allgather(floats(2), {
        into: floats(9),
        counts: [2, 2, 2, 2],
        displacements: [0, 4, 5, 7],
      }),
    'ERR_BUFFER',
    'allgather: the blocks of ranks 1 and 2 overlap in into; correct counts and displacements',
  ],
  [
    (world) => world.alltoall([1, 2, 3, 4], { into: floats(4) }),
    'ERR_ARG',
    'alltoall: into, receiveCounts and receiveDisplacements are for one typed array, not for a list',
  ],
  [
    (world) => world.alltoall(floats(4), { receiveCounts: [1, 1, 1, 1, 1] }),
    'ERR_COUNT',
    'alltoall: receiveCounts has 5 numbers, but there are 4 ranks; give one for each rank',
  ],
  [
    (world) => world.alltoall(floats(4), { receiveDisplacements: [0, 1, 2, 3] }),
    'ERR_COUNT',
    'alltoall: receiveDisplacements say where blocks begin; give receiveCounts as well',
  ],
  [
    (world) =>
      world.alltoall(floats(4), {
        receiveCounts: [1, 1, 1, 1],
        receiveDisplacements: [0, 1, 2, 3],
      }),
    'ERR_ARG',
    'alltoall: receiveDisplacements say where blocks are put; give into as well',
  ],
  [
    (world) => world.alltoall(floats(4), { into: new Float32Array(4) }),
    'ERR_TYPE',
    'alltoall: the array is Float64Array, but into is Float32Array; both must have the same element type',
  ],
];

for (const [call, code, message] of WRONG) {
  test(`one line says what is wrong: ${message}`, async (t) => {
    await runRanks(4, async (world) => {
      if (world.rank > 0) return;
      await t.throwsAsync(Promise.resolve(call(world)), { code, message: `rank 0: ${message}` });
    });
  });
}

/** Calls of three ranks of which rank 0 gets what does not fit. */
const MISFITS: readonly (readonly [call: Call, code: MpiError['code'], message: string])[] = [
  [
    (world) =>
      world.rank === 1
        ? world.broadcast(floats(5), { root: 1 })
        : world.broadcast(undefined, { root: 1, into: floats(world.rank === 0 ? 4 : 5) }),
    'ERR_TRUNCATE',
    'broadcast(root 1) #1: what came is Float64Array(5), but into is Float64Array(4) and too short; make it as long as what is sent, or leave it out',
  ],
  [
    (world) =>
      world.rank === 1
        ? world.scatter(['a', 'b', 'c'], { root: 1 })
        : world.scatter(undefined, { root: 1, into: world.rank === 0 ? floats(1) : undefined }),
    'ERR_TYPE',
    'scatter(root 1) #1: what came is an object, but into is Float64Array(1); give an array of the same element type, or leave it out',
  ],
  [
    (world) => world.gather(floats(2 + world.rank), { into: floats(8) }),
    'ERR_TRUNCATE',
    'gather(root 0) #1: 9 elements came, but into is Float64Array(8) and too short; make it longer',
  ],
  [
    (world) => world.gather(floats(2 + world.rank), { into: floats(8), counts: [2, 3, 3] }),
    'ERR_COUNT',
    'gather(root 0) #1: the block of rank 2 is Float64Array(4), but its count is 3 here; what is sent and what is counted must agree',
  ],
  [
    (world) =>
      world.rank === 1
        ? world.gather('x')
        : world.gather(new Int16Array(2), { into: new Int16Array(6) }),
    'ERR_TYPE',
    'gather(root 0) #1: the block of rank 1 is an object, but that of this rank is of Int16Array; all ranks must use the same element type',
  ],
  [
    (world) => world.allgather(floats(2), { into: floats(world.rank === 0 ? 5 : 6) }),
    'ERR_TRUNCATE',
    'allgather #1: 6 elements came, but into is Float64Array(5) and too short; make it longer',
  ],
  [
    (world) =>
      world.alltoall(floats(6), { receiveCounts: world.rank === 0 ? [2, 2, 1] : undefined }),
    'ERR_COUNT',
    'alltoall #1: the block of rank 2 is Float64Array(2), but its count is 1 here; what is sent and what is counted must agree',
  ],
];

for (const [call, code, message] of MISFITS) {
  for (const hosts of [undefined, [0, 1, 2]]) {
    const where = hosts === undefined ? 'one host' : 'several hosts';
    test(`what does not fit is an error where it came, and nobody is held up, on ${where}: ${message}`, async (t) => {
      await runRanks(
        3,
        async (world) => {
          const done = Promise.resolve(call(world));
          if (world.rank === 0) {
            await t.throwsAsync(done, { code, message: `rank 0: ${message}` });
          } else {
            await t.notThrowsAsync(done);
          }
          t.is(await world.allreduce(1), 3, 'the ranks are in step');
        },
        { hosts },
      );
    });
  }
}

import test from 'ava';
import type { Communicator } from '../../src/comm/communicator.ts';
import type { PersistentRequest } from '../../src/pt2pt/persistent.ts';
import { startAll } from '../../src/pt2pt/persistent.ts';
import { runRanks } from '../../src/testing.ts';

const SIZE = 4;

/** A persistent call of each operation on an array that changes between the starts, and the plain call. */
const OPERATIONS: readonly (readonly [
  name: string,
  init: (world: Communicator, array: Float64Array, root: number) => PersistentRequest<unknown>,
  call: (world: Communicator, array: Float64Array, root: number) => PromiseLike<unknown>,
])[] = [
  ['barrier', (world) => world.barrierInit(), (world) => world.barrier()],
  [
    'broadcast',
    (world, array, root) => world.broadcastInit(array, { root }),
    (world, array, root) => world.broadcast(array, { root }),
  ],
  [
    'scatter',
    (world, array, root) => world.scatterInit(array, { root }),
    (world, array, root) => world.scatter(array, { root }),
  ],
  [
    'gather',
    (world, array, root) => world.gatherInit(array, { root }),
    (world, array, root) => world.gather(array, { root }),
  ],
  [
    'allgather',
    (world, array) => world.allgatherInit(array, { into: new Float64Array(array.length * SIZE) }),
    (world, array) => world.allgather(array, { into: new Float64Array(array.length * SIZE) }),
  ],
  [
    'alltoall',
    (world, array) => world.alltoallInit(array),
    (world, array) => world.alltoall(array),
  ],
  [
    'reduce',
    (world, array, root) => world.reduceInit(array, undefined, { root }),
    (world, array, root) => world.reduce(array, undefined, { root }),
  ],
  [
    'allreduce',
    (world, array) => world.allreduceInit(array),
    (world, array) => world.allreduce(array),
  ],
  [
    'reduceScatter',
    (world, array) => world.reduceScatterInit(array),
    (world, array) => world.reduceScatter(array),
  ],
  ['scan', (world, array) => world.scanInit(array), (world, array) => world.scan(array)],
  ['exscan', (world, array) => world.exscanInit(array), (world, array) => world.exscan(array)],
];

for (const [name, init, call] of OPERATIONS) {
  test(`${name}Init starts the call again and again, with what the array holds then`, async (t) => {
    await runRanks(
      SIZE,
      async (world) => {
        const array = new Float64Array(8);
        const persistent = init(world, array, 1);
        t.false(persistent.active);
        for (let round = 0; round < 3; round += 1) {
          array.forEach((_, at) => {
            array[at] = 100 * round + 10 * world.rank + at;
          });
          const request = persistent.start();
          const expected = call(world, array, 1);
          t.deepEqual(await request, await expected);
        }
      },
      { seed: 5 },
    );
  });
}

test('several persistent calls are under way at once, beside plain ones', async (t) => {
  await runRanks(3, async (world) => {
    const value = { round: 0 };
    const calls = [world.allgatherInit(world.rank), world.allgatherInit(value)];
    for (let round = 0; round < 3; round += 1) {
      value.round = round;
      const started = startAll<unknown>(calls as PersistentRequest<unknown>[]);
      t.is(await world.allreduce(1), 3);
      t.deepEqual(await Promise.all(started), [
        [0, 1, 2],
        [{ round }, { round }, { round }],
      ]);
    }
  });
});

test('what is wrong with the arguments is thrown when they are fixed', async (t) => {
  await runRanks(2, async (world) => {
    t.throws(() => world.broadcastInit(1, { root: 2 }), {
      code: 'ERR_ROOT',
      message: `rank ${world.rank}: broadcast: root 2 is out of range: this communicator has ranks 0 to 1`,
    });
    t.throws(() => world.gatherInit(1, [] as object), { code: 'ERR_ARG' });
    t.throws(() => world.alltoallInit([1]), { code: 'ERR_COUNT' });
    t.throws(() => world.allgatherInit(() => 1), { code: 'ERR_TYPE' });
    t.throws(() => world.allreduceInit(new Map()), { code: 'ERR_OP' });
    // No number was given to any of them.
    await world.barrier();
  });
});

test('a persistent call that is still under way cannot be started again', async (t) => {
  await runRanks(2, async (world) => {
    const persistent = world.barrierInit();
    const first = persistent.start();
    if (world.rank === 0) await t.throwsAsync(persistent.start(), { code: 'ERR_REQUEST' });
    await first;
  });
});

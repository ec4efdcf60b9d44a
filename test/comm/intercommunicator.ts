import test from 'ava';
import { ANY_SOURCE, PROC_NULL, ROOT, UNDEFINED } from '../../src/base/constants.ts';
import type { Communicator, Intercommunicator } from '../../src/comm/communicator.ts';
import { max } from '../../src/op/arithmetic.ts';
import { createOp } from '../../src/op/create-op.ts';
import { runRanks } from '../../src/testing.ts';

/** The two groups of a test, and a communicator between them. */
interface Two {
  readonly world: Communicator;
  /** 0 for the group of even world ranks, 1 for the odd ones. */
  readonly side: number;
  readonly inter: Intercommunicator;
}

/** Join the even ranks of a world with the odd ones. */
async function join(world: Communicator): Promise<Two> {
  const side = world.rank % 2;
  const half = (await world.split(side)) as Communicator;
  const inter = await half.intercommunicator(0, world, 1 - side, { name: 'bridge' });
  return { world, side, inter };
}

/** Run a function on all ranks of two groups, for several seeds and protocols. */
async function onBoth(size: number, main: (two: Two) => Promise<void>): Promise<void> {
  for (let seed = 0; seed < 12; seed += 1) {
    const options = { seed, eagerBytes: seed % 3 === 0 ? 0 : 1000 };
    await runRanks(size, async (world) => await main(await join(world)), options);
  }
}

test('each rank knows both groups, and its place in its own', async (t) => {
  await onBoth(5, async ({ world, side, inter }) => {
    t.is(inter.name, 'bridge');
    t.deepEqual([inter.rank, inter.size], [(world.rank - side) / 2, side === 0 ? 3 : 2]);
    t.is(inter.remoteSize, 5 - inter.size);
    const groups = [
      [0, 2, 4],
      [1, 3],
    ];
    t.deepEqual(inter.group.worldRanks, groups[side]);
    t.deepEqual(inter.remoteGroup.worldRanks, groups[1 - side]);
    t.is(inter.remoteGroup.rank, UNDEFINED);
  });
});

test('messages go to ranks of the other group, also from and to the same number', async (t) => {
  await onBoth(5, async ({ side, inter }) => {
    for (let dest = 0; dest < inter.remoteSize; dest += 1) {
      void inter.send([side, inter.rank], dest, { tag: dest });
    }
    const sources = new Set<number>();
    for (let at = 0; at < inter.remoteSize; at += 1) {
      const status = await inter.probe(ANY_SOURCE, { tag: inter.rank });
      const receive = inter.receive(status.source);
      t.deepEqual(await receive, [1 - side, status.source]);
      t.is(receive.status?.source, status.source);
      sources.add(status.source);
    }
    t.is(sources.size, inter.remoteSize);
    t.is(inter.iprobe(), undefined);
  });
});

test('a root brings values to the other group, and from it', async (t) => {
  await onBoth(7, async ({ side, inter }) => {
    const { rank, size, remoteSize } = inter;
    for (const rootSide of [0, 1]) {
      const rootRank = 1;
      const isRoot = side === rootSide && rank === rootRank;
      const root = side !== rootSide ? rootRank : isRoot ? ROOT : PROC_NULL;
      const isOpposite = side !== rootSide;

      const told = await inter.broadcast(isRoot ? ['news'] : undefined, { root });
      t.deepEqual(told, isRoot || isOpposite ? ['news'] : undefined);
      const list = Array.from({ length: remoteSize }, (_, dest) => `for ${dest}`);
      const own = await inter.scatter(isRoot ? list : undefined, { root });
      t.is(own, isOpposite ? `for ${rank}` : undefined);
      const array = Float64Array.from({ length: 2 * remoteSize }, (_, at) => at);
      const part = await inter.scatter(isRoot ? array : undefined, { root });
      t.deepEqual(part, isOpposite ? Float64Array.of(2 * rank, 2 * rank + 1) : undefined);

      const gathered = await inter.gather(isRoot ? undefined : `of ${rank}`, { root });
      const all = Array.from({ length: remoteSize }, (_, source) => `of ${source}`);
      t.deepEqual(gathered, isRoot ? all : undefined);
      const join = createOp((a: string, b: string) => a + b);
      const words = await inter.reduce(isRoot ? undefined : String(rank), join, { root });
      t.is(words, isRoot ? '0123'.slice(0, remoteSize) : undefined);
      const sums = await inter.reduce(Int32Array.of(rank, 1), undefined, { root });
      const sum = (remoteSize * (remoteSize - 1)) / 2;
      t.deepEqual(sums, isRoot ? Int32Array.of(sum, remoteSize) : undefined);
    }
    t.true(size > 2);
  });
});

test('in other calls each group gets what the other one gives', async (t) => {
  await onBoth(5, async ({ side, inter }) => {
    const { rank, remoteSize } = inter;
    const others = Array.from({ length: remoteSize }, (_, other) => other);
    const there = 1 - side;
    await inter.barrier();
    t.deepEqual(
      await inter.allgather({ side, rank }),
      others.map((other) => ({ side: there, rank: other })),
    );
    t.deepEqual(
      await inter.alltoall(others.map((dest) => `${side}.${rank} for ${dest}`)),
      others.map((source) => `${there}.${source} for ${rank}`),
    );
    t.deepEqual(
      await inter.alltoall(Uint16Array.from(others, (dest) => 10 * rank + dest)),
      others.map((source) => Uint16Array.of(10 * source + rank)),
    );
    t.is(await inter.allreduce(rank + 100 * side, max), remoteSize - 1 + 100 * there);
    const join = createOp((a: string, b: string) => a + b);
    t.is(await inter.allreduce(`${rank}`, join), others.join(''));
    t.is(
      await inter.reduceScatter(
        others.map((dest) => `${rank}${dest} `),
        join,
      ),
      others.map((source) => `${source}${rank} `).join(''),
    );
    const array = Float32Array.from({ length: 2 * remoteSize }, (_, at) => at + rank);
    const sum = (remoteSize * (remoteSize - 1)) / 2;
    t.deepEqual(
      await inter.reduceScatter(array),
      Float32Array.of(2 * rank * remoteSize + sum, (2 * rank + 1) * remoteSize + sum),
    );
  });
});

test('several calls may be under way at once, with messages beside them', async (t) => {
  await onBoth(6, async ({ side, inter }) => {
    const { rank } = inter;
    const root = side === 0 ? (rank === 0 ? ROOT : PROC_NULL) : 0;
    const results = await Promise.all([
      inter.allgather(rank),
      inter.broadcast(side === 0 ? 'x' : undefined, { root }),
      inter.allreduce(1),
      inter.sendReceive(`of ${rank}`, rank, rank),
      inter.alltoall([0, 1, 2]),
    ]);
    t.deepEqual(results[0], [0, 1, 2]);
    t.is(results[1], side === 1 || rank === 0 ? 'x' : undefined);
    t.deepEqual(results.slice(2), [3, `of ${rank}`, [rank, rank, rank]]);
  });
});

test('two groups are merged, the high one behind the low one', async (t) => {
  await onBoth(5, async ({ world, side, inter }) => {
    const orders = [
      [0, 2, 4, 1, 3],
      [1, 3, 0, 2, 4],
    ];
    for (const highSide of [0, 1]) {
      const merged = await inter.merge({ high: side === highSide });
      t.deepEqual(merged.group.worldRanks, orders[1 - highSide]);
      t.is(merged.name, 'merge of bridge');
      t.is(await merged.allreduce(world.rank), 10);
    }
    for (const high of [false, true]) {
      const merged = await inter.merge({ high });
      t.deepEqual(merged.group.worldRanks, orders[0]);
    }
    t.deepEqual((await inter.merge()).group.worldRanks, orders[0]);
  });
});

test('the order of groups does not depend on who is asked first', async (t) => {
  await runRanks(4, async (world) => {
    // The leaders are the last of each group, and the group of rank 3 has the lower leader by far.
    const side = world.rank < 2 ? 0 : 1;
    const half = (await world.split(side, -world.rank)) as Communicator;
    const inter = await half.intercommunicator(1, world, side === 0 ? 2 : 0, { tag: 5 });
    t.deepEqual((await inter.merge()).group.worldRanks, [1, 0, 3, 2]);
  });
});

test('a duplicate is apart, and split in both groups', async (t) => {
  await onBoth(6, async ({ world, side, inter }) => {
    const copy = await inter.duplicate();
    t.is(copy.compare(inter), 'congruent');
    t.is(copy.compare(copy), 'identical');
    t.is(copy.compare(world), 'unequal');
    t.is(world.compare(copy), 'unequal');
    void copy.send('on the copy', inter.rank);
    void inter.send('on the first', inter.rank);
    t.is(await inter.receive(), 'on the first');
    t.is(await copy.receive(), 'on the copy');

    // Both groups have colors 0 and 1, in opposite orders; color 2 is on one side alone.
    const color = side === 1 && inter.rank === 2 ? 2 : inter.rank % 2;
    const part = await inter.split(color, -inter.rank);
    if (color === 2) {
      t.is(part, undefined);
      return;
    }
    const groups = [
      [[4, 0], [2]],
      [[1], [3]],
    ];
    t.deepEqual(part?.group.worldRanks, groups[side]?.[color]);
    t.deepEqual(part?.remoteGroup.worldRanks, groups[1 - side]?.[color]);
    t.deepEqual(await part?.allgather(world.rank), groups[1 - side]?.[color]);
    const none = await part?.split(UNDEFINED);
    t.is(none, undefined);
  });
});

test('one is similar to another with its ranks in another order', async (t) => {
  await onBoth(4, async ({ inter }) => {
    const turned = await inter.split(0, -inter.rank);
    t.is(turned?.compare(inter), 'similar');
    const part = await inter.split(inter.rank);
    t.is(part?.compare(inter), 'unequal');
  });
});

test('it is freed as any other, with what was started before', async (t) => {
  await onBoth(5, async ({ world, side, inter }) => {
    const pair = Math.min(inter.size, inter.remoteSize);
    const exchange = inter.rank < pair ? inter.sendReceive('late', inter.rank, inter.rank) : 'late';
    const sum = inter.allreduce(1);
    await inter.free();
    t.true(inter.freed);
    t.is(await exchange, 'late');
    t.is(await sum, inter.remoteSize);
    const { rank } = inter;
    const message = `rank ${rank} of bridge (rank ${world.rank} of the world): barrier #3: the communicator was freed`;
    await t.throwsAsync(inter.barrier(), { code: 'ERR_COMM', message });
    await t.throwsAsync(inter.merge(), { code: 'ERR_COMM' });
    t.true(side < 2);
  });
});

test('several meetings of the same leaders are told apart by their tags', async (t) => {
  for (let seed = 0; seed < 20; seed += 1) {
    await runRanks(
      4,
      async (world) => {
        const side = world.rank % 2;
        const half = (await world.split(side)) as Communicator;
        const copy = await half.duplicate();
        const join = (own: Communicator, tag: number) =>
          own.intercommunicator(0, world, 1 - side, { tag });
        // The groups ask for them in opposite orders.
        const early = side === 0 ? join(half, 1) : join(copy, 2);
        const late = side === 0 ? join(copy, 2) : join(half, 1);
        const both = await Promise.all([early, late]);
        const [one, two] = side === 0 ? both : both.reverse();
        void one?.send('one', one.rank);
        void two?.send('two', two.rank);
        t.is(await two?.receive(), 'two');
        t.is(await one?.receive(), 'one');
      },
      { seed },
    );
  }
});

test('groups that have a rank in common cannot be joined, and all hear of it', async (t) => {
  await runRanks(3, async (world) => {
    const copy = await world.duplicate({ name: 'copy' });
    // Rank 0 meets itself.
    const message = `rank ${world.rank} of copy (rank ${world.rank} of the world): intercommunicator(root 0) #1: rank 0 of the world is in both groups; they must have no rank in common`;
    await t.throwsAsync(copy.intercommunicator(0, world, 0), { code: 'ERR_GROUP', message });
  });
});

test('wrong leaders, peers and roots are refused', async (t) => {
  await runRanks(2, async (world) => {
    const who = `rank ${world.rank}: intercommunicator`;
    await t.throwsAsync(world.intercommunicator(2, world, 0), {
      code: 'ERR_RANK',
      message: `${who}: localLeader 2 is out of range: this communicator has ranks 0 to 1`,
    });
    const own = (await world.split(world.rank, 0, { name: 'own' })) as Communicator;
    const self = `rank 0 of own (rank ${world.rank} of the world)`;
    await t.throwsAsync(own.intercommunicator(0, world, 2), {
      code: 'ERR_RANK',
      message: `${self}: intercommunicator: remoteLeader 2 is out of range: the peer has ranks 0 to 1`,
    });
    for (const peer of [undefined, {} as Communicator]) {
      await t.throwsAsync(own.intercommunicator(0, peer, 0), {
        code: 'ERR_COMM',
        message: `${self}: intercommunicator: the peer must be a communicator that both leaders are in, such as world`,
      });
    }
    await t.throwsAsync(own.intercommunicator(0, world, 0, { tag: -1 }), { code: 'ERR_TAG' });
    const inter = await own.intercommunicator(0, world, 1 - world.rank, { name: 'inter' });
    const there = `rank 0 of inter (rank ${world.rank} of the world)`;
    for (const [call, start] of Object.entries({
      broadcast: () => inter.broadcast(1, { root: 1 }),
      scatter: () => inter.scatter([1], { root: 1 }),
      gather: () => inter.gather(1, { root: 1 }),
      reduce: () => inter.reduce(1, max, { root: 1 }),
    })) {
      await t.throwsAsync(start(), {
        code: 'ERR_ROOT',
        message: `${there}: ${call}: root 1 is out of range: the other group has rank 0 alone; give ROOT on the root, PROC_NULL on the others of its group, and its rank on the other side`,
      });
    }
    await t.throwsAsync(inter.send(1, 1), {
      code: 'ERR_RANK',
      message: `${there}: send: dest 1 is out of range: the other group has rank 0 alone; legal are these or PROC_NULL; the last rank is size - 1`,
    });
    await t.throwsAsync(inter.alltoall([1, 2]), {
      code: 'ERR_COUNT',
      message: `${there}: alltoall: the list has 2 values, but there are 1 ranks; give one value for each rank`,
    });
    await t.throwsAsync(inter.merge({ high: 1 as unknown as boolean }), {
      code: 'ERR_ARG',
      message: `${there}: merge: high must be a boolean, not 1`,
    });
    await inter.barrier();
  });
});

test('ranks of one group that disagree about their place in a merge are told so', async (t) => {
  await runRanks(4, async (world) => {
    const { inter, side } = await join(world);
    const merging = inter.merge({ high: world.rank === 3 });
    if (world.rank !== 3) {
      await merging;
    } else {
      await t.throwsAsync(merging, {
        code: 'ERR_MISMATCH',
        message:
          'rank 1 of bridge (rank 3 of the world): merge #1: rank 0 of this group gave high false, and this one true; give the same on all ranks of a group',
      });
    }
    t.true(side < 2);
  });
});

test('a rank in another call is named by its group', async (t) => {
  const run = runRanks(4, async (world) => {
    const { inter } = await join(world);
    await (world.rank === 3 ? inter.allgather(1) : inter.barrier());
  });
  await t.throwsAsync(run, {
    code: 'ERR_MISMATCH',
    message: /rank 1( of the other group)? is in allgather #1|rank \d.* is in barrier #1/,
  });
});

test('whom a call waits for is named by its group', async (t) => {
  const run = runRanks(2, async (world) => {
    const { inter } = await join(world);
    if (world.rank === 0) await inter.allgather(0, { timeout: 10 });
    else await world.receive(0);
  });
  await t.throwsAsync(run, {
    code: 'ERR_TIMEOUT',
    message:
      'rank 0 of bridge (rank 0 of the world): allgather #1: not complete within 10 ms; it waits for rank 0 of the other group',
  });
});

test('a receive from anybody ends when a rank of the other group is lost, whatever its number', async (t) => {
  let caught: unknown;
  const run = runRanks(2, async (world) => {
    const { inter } = await join(world);
    if (world.rank === 1) {
      await inter.receive();
      throw new Error('out of disk');
    }
    await inter.send('go', 0);
    caught = await t.throwsAsync(inter.receive());
  });
  await t.throwsAsync(run, { message: 'out of disk' });
  t.like(caught, {
    code: 'ERR_PROC_FAILED',
    peer: 1,
    message:
      'rank 0 of bridge (rank 0 of the world): receive from any rank, any tag: rank 1 failed: Error: out of disk',
  });
});

import test, { type ExecutionContext } from 'ava';
import { ANY_SOURCE, ROOT } from '../../src/base/constants.ts';
import { MpiError } from '../../src/base/error.ts';
import type { Communicator, Intercommunicator } from '../../src/comm/communicator.ts';
import { sum } from '../../src/op/arithmetic.ts';
import { type RunRanksOptions, runRanks, type SpawnedMain } from '../../src/testing.ts';

/** Schedules that each test goes through. */
const SEEDS = 150;

async function withSeeds(
  size: number,
  main: (world: Communicator) => Promise<void>,
  programs: Readonly<Record<string, SpawnedMain>>,
): Promise<void> {
  for (let seed = 0; seed < SEEDS; seed += 1) {
    const options: RunRanksOptions = { seed, eagerBytes: seed % 3 === 0 ? 0 : 1000, programs };
    await runRanks(size, main, options);
  }
}

test('children have a world of their own, and both sides know each other', async (t) => {
  await withSeeds(
    3,
    async (world) => {
      const children = await world.spawn('child.ts', { n: 4 });
      t.deepEqual([children.rank, children.size, children.remoteSize], [world.rank, 3, 4]);
      t.is(children.name, 'spawn of world');
      t.deepEqual(await children.allgather(`parent ${world.rank}`), [
        'child 0',
        'child 1',
        'child 2',
        'child 3',
      ]);
    },
    {
      'child.ts': async (world, parent) => {
        t.deepEqual([world.size, world.name, parent.name], [4, 'world', 'parent']);
        t.deepEqual([parent.rank, parent.size, parent.remoteSize], [world.rank, 4, 3]);
        t.is(await world.allreduce(world.rank, sum), 6);
        t.deepEqual(await parent.allgather(`child ${world.rank}`), [
          'parent 0',
          'parent 1',
          'parent 2',
        ]);
      },
    },
  );
});

test('messages cross at once, also those of whoever is there first', async (t) => {
  const sides = (inter: Intercommunicator, mine: string, theirs: string) => async () => {
    for (let dest = 0; dest < inter.remoteSize; dest += 1) {
      for (const long of [false, true]) {
        const value = long ? new Uint32Array(600).fill(inter.rank) : `${mine} ${inter.rank}`;
        void inter.send(value, dest, { tag: long ? 1 : 0 });
      }
    }
    const seen = new Set<number>();
    for (let at = 0; at < inter.remoteSize; at += 1) {
      const receive = inter.receive<string>(ANY_SOURCE, { tag: 0 });
      const text = await receive;
      const source = receive.status?.source as number;
      t.is(text, `${theirs} ${source}`);
      t.deepEqual(await inter.receive(source, { tag: 1 }), new Uint32Array(600).fill(source));
      seen.add(source);
    }
    t.is(seen.size, inter.remoteSize);
  };
  await withSeeds(
    2,
    async (world) => {
      const children = await world.spawn('child.ts', { n: 3 });
      await sides(children, 'parent', 'child')();
    },
    { 'child.ts': async (_, parent) => await sides(parent, 'child', 'parent')() },
  );
});

test('merged, parents come before their children, or after them', async (t) => {
  for (const high of [false, true]) {
    const check = async (all: Communicator, isChild: boolean): Promise<void> => {
      t.is(all.size, 5);
      t.is(await all.allreduce(1, sum), 5);
      const first = await all.broadcast(isChild ? 'child' : 'parent', { root: 0 });
      t.is(first, high ? 'child' : 'parent');
      // What is made of it is as good as any other.
      const part = (await all.split(all.rank % 2)) as Communicator;
      t.is(await part.allreduce(1, sum), all.rank % 2 === 0 ? 3 : 2);
    };
    await withSeeds(
      2,
      async (world) => {
        const children = await world.spawn('child.ts', { n: 3 });
        await check(await children.merge({ high }), false);
      },
      { 'child.ts': async (_, parent) => await check(await parent.merge({ high: !high }), true) },
    );
  }
});

test('several programs have one world, and each its own number, arguments and environment', async (t) => {
  const program =
    (name: string): SpawnedMain =>
    async (world, parent, { args, env }) => {
      const facts = [name, world.size, args, env.LEVEL];
      await parent.gather(facts, { root: 0 });
    };
  await withSeeds(
    2,
    async (world) => {
      const parts = [
        { program: 'a.ts', n: 2, args: ['a b', ''] },
        { program: new URL('file:///lib/b.ts'), env: { LEVEL: '3' } },
      ];
      // What counts on the root alone may be anything elsewhere.
      const given = world.rank === 1 ? parts : (undefined as unknown as typeof parts);
      const children = await world.spawn(given, { root: 1, args: ['x'] });
      const facts = await children.gather(undefined, { root: world.rank === 0 ? ROOT : -2 });
      if (world.rank !== 0) return;
      t.deepEqual(facts, [
        ['a', 3, ['a b', ''], undefined],
        ['a', 3, ['a b', ''], undefined],
        ['b', 3, ['x'], '3'],
      ]);
    },
    { 'a.ts': program('a'), 'file:///lib/b.ts': program('b') },
  );
});

test('children spawn children, also several at a time, and meet them', async (t) => {
  const total = 1 + 2 + 4;
  const join = async (world: Communicator, depth: number): Promise<number> => {
    if (depth === 0) return 1;
    const spawns = [1, 2].map(() => world.spawn('child.ts', { args: [String(depth - 1)] }));
    const counts = await Promise.all(
      spawns.map(async (spawn) => {
        const children = await spawn;
        return await children.receive<number>(0);
      }),
    );
    return counts.reduce((all, count) => all + count, 1);
  };
  await withSeeds(
    1,
    async (world) => {
      t.is(await join(world, 2), total);
    },
    {
      'child.ts': async (world, parent, { args }) => {
        await parent.send(await join(world, Number(args[0])), 0);
      },
    },
  );
});

test('two worlds that one has spawned can be joined through it', async (t) => {
  await withSeeds(
    2,
    async (world) => {
      const a = await world.spawn('a.ts', { n: 2 });
      const b = await world.spawn('b.ts', { n: 3 });
      const withA = await a.merge();
      // All but the second world are one group here, and the parents lead it.
      const bridge = await withA.intercommunicator(0, await b.merge(), 2);
      t.is(bridge.remoteSize, 3);
      t.is(await bridge.allreduce(1, sum), 3);
    },
    {
      'a.ts': async (_, parent) => {
        const withParents = await parent.merge();
        const bridge = await withParents.intercommunicator(0, undefined, 0);
        t.is(await bridge.allreduce(1, sum), 3);
      },
      'b.ts': async (world, parent) => {
        const bridge = await world.intercommunicator(0, await parent.merge(), 0);
        t.deepEqual([bridge.size, bridge.remoteSize], [3, 4]);
        t.is(await bridge.allreduce(1, sum), 4);
      },
    },
  );
});

test('part of a world can spawn, while the rest goes on', async (t) => {
  await withSeeds(
    4,
    async (world) => {
      const half = (await world.split(world.rank % 2)) as Communicator;
      const ring = world.sendReceive(world.rank, (world.rank + 1) % 4, (world.rank + 3) % 4);
      if (world.rank % 2 === 1) {
        const children = await half.spawn('child.ts', { n: 2, root: 1 });
        t.deepEqual(await children.allgather(world.rank), [0, 1]);
        await children.free();
      }
      t.is(await ring, (world.rank + 3) % 4);
      await world.barrier();
    },
    {
      'child.ts': async (world, parent) => {
        t.deepEqual(await parent.allgather(world.rank), [1, 3]);
        await parent.free();
      },
    },
  );
});

test('parents may end before their children, and children before their parents', async (t) => {
  let ended = 0;
  const child: SpawnedMain = async (world, parent, { args }) => {
    if (args[0] === 'long') {
      const error = await t.throwsAsync(parent.receive(0), { code: 'ERR_PROC_FINISHED' });
      t.regex(
        error?.message ?? '',
        /^rank \d of parent \(rank \d of the world\): receive from 0, any tag: rank 0 of the other group has finished/,
      );
      await world.barrier();
    }
    ended += 1;
  };
  await withSeeds(
    1,
    async (world) => {
      const long = await world.spawn('child.ts', { n: 2, args: ['long'] });
      const short = await world.spawn('child.ts', { n: 2 });
      await t.throwsAsync(short.receive(1), {
        code: 'ERR_PROC_FINISHED',
        message:
          /^rank 0 of spawn of world \(rank 0 of the world\): receive from 1, any tag: rank 1 of the other group has finished/,
      });
      t.is(long.remoteSize, 2);
    },
    { 'child.ts': child },
  );
  t.is(ended, 4 * SEEDS);
});

test('a child that fails fails the run, and its parents learn of it', async (t) => {
  const caught: MpiError[] = [];
  const run = (seed: number): Promise<unknown> =>
    runRanks(
      2,
      async (world) => {
        const children = await world.spawn('child.ts', { n: 2 });
        try {
          await children.receive(1);
        } catch (error) {
          caught.push(error as MpiError);
          throw error;
        }
      },
      {
        seed,
        programs: {
          'child.ts': async (world) => {
            if (world.rank === 1) throw new Error('out of disk');
            await world.receive(1);
          },
        },
      },
    );
  for (let seed = 0; seed < SEEDS; seed += 1) {
    await t.throwsAsync(run(seed), { message: 'out of disk' });
  }
  // Those that still waited for the children hear of nothing but the end.
  t.true(caught.length > SEEDS / 2);
  for (const error of caught) {
    t.like(error, { code: 'ERR_PROC_FAILED', peer: 3 });
    t.regex(error.message, /: rank 3 failed: Error: out of disk$/);
  }
});

test('a child that is tolerated fails alone: only what needs it rejects', async (t) => {
  await withSeeds(
    2,
    async (world) => {
      const children = await world.spawn('child.ts', { n: 3, tolerant: true });
      await t.throwsAsync(children.receive(1), { code: 'ERR_PROC_FAILED', message: /no luck/ });
      t.is(await children.receive(2), 'well');
      const again = await world.spawn('child.ts', { n: 1, args: ['again'], tolerant: true });
      t.is(await again.receive(0), 'well');
      await world.barrier();
    },
    {
      'child.ts': async (world, parent, { args }) => {
        if (world.rank === 1) throw new Error('no luck');
        if (world.rank === 0 && args[0] !== 'again') {
          await t.throwsAsync(world.receive(1), { code: 'ERR_PROC_FAILED', message: /no luck/ });
        }
        for (const dest of [0, 1]) await parent.send('well', dest);
      },
    },
  );
});

test('a program that cannot be started is an error on all ranks, after which the job goes on', async (t) => {
  await withSeeds(
    3,
    async (world) => {
      await t.throwsAsync(world.spawn('chidl.ts', { root: 2 }), {
        code: 'ERR_SPAWN',
        message: `rank ${world.rank}: spawn(root 2) #1: this run has no program 'chidl.ts'; give runRanks its function, as programs: { 'chidl.ts': (world, parent) => … }`,
      });
      const children = await world.spawn('child.ts');
      await children.barrier();
    },
    { 'child.ts': async (_, parent) => await parent.barrier() },
  );
});

test('a spawn can give up, and the children are there all the same', async (t) => {
  let children = 0;
  await withSeeds(
    2,
    async (world) => {
      const gone = world.spawn('child.ts', { signal: AbortSignal.abort(new Error('enough')) });
      await t.throwsAsync(gone, { message: 'enough' });
      await world.barrier();
    },
    {
      'child.ts': () => {
        children += 1;
      },
    },
  );
  t.is(children, SEEDS);
});

test('errors in a child name it by its rank in its own world', async (t) => {
  await withSeeds(
    2,
    async (world) => {
      await world.spawn('child.ts', { n: 2 });
    },
    {
      'child.ts': async (world, parent) => {
        const { rank } = world;
        await t.throwsAsync(world.send(1, 2), {
          message: new RegExp(`^rank ${rank}: send: dest 2 is out of range`),
        });
        await t.throwsAsync(parent.send(1, 2), {
          message: new RegExp(
            `^rank ${rank} of parent \\(rank ${rank} of the world\\): send: dest 2 is out of range: the other group has ranks 0 to 1`,
          ),
        });
        await world.barrier();
        if (rank === 0) return;
        await t.throwsAsync(world.receive(0), { message: /: rank 0 has finished/ });
      },
    },
  );
});

/** The message of what a spawn rejects with, on both ranks. */
async function refusals(t: ExecutionContext, program: unknown, options?: object): Promise<string> {
  const messages = await runRanks(2, async (world) => {
    const error = await t.throwsAsync(world.spawn(program as string, options));
    t.true(error instanceof MpiError && error.code === 'ERR_ARG');
    return (error?.message ?? '').replace(`rank ${world.rank}: `, '');
  });
  t.is(messages[0], messages[1] as string);
  return messages[0] as string;
}

test('wrong arguments are refused on all ranks, with what is right', async (t) => {
  const call = 'spawn(root 0) #1: ';
  const cases: readonly (readonly [program: unknown, options: object, text: string])[] = [
    [7, {}, "the program must be a path such as 'child.ts', or a file URL, not 7"],
    ['', {}, 'the program must be a path such as \'child.ts\', or a file URL, not ""'],
    [[], {}, 'the list of programs is empty; name one at least'],
    [
      ['a.ts'],
      {},
      'programs[0] must be an object such as { program: \'child.ts\', n: 2 }, not "a.ts"',
    ],
    [
      [{ program: 'a.ts' }, { program: 'b.ts', n: 0 }],
      {},
      'programs[1]: n must be an integer from 1, not 0',
    ],
    [
      new URL('https://a.example/child.ts'),
      {},
      "the program must be a file, not https://a.example/child.ts; for a path beside the calling module, write new URL('child.ts', import.meta.url)",
    ],
    ['a.ts', { n: 1.5 }, 'n must be an integer from 1, not 1.5'],
    [
      'a.ts',
      { args: 'x' },
      "args must be an array of strings such as ['--fast', 'a b'], not \"x\"",
    ],
    ['a.ts', { args: ['x', 7] }, 'args[1] must be a string, not 7; turn it into one by String()'],
    [
      'a.ts',
      { args: ['a\0b'] },
      'args[0] has a null character in it, which the system cannot hand on',
    ],
    ['a.ts', { env: ['A=b'] }, "env must be an object such as { LEVEL: '3' }, not an array"],
    [
      'a.ts',
      { env: { LEVEL: 3 } },
      'env.LEVEL must be a string, not 3; turn it into one by String()',
    ],
    [
      'a.ts',
      { env: { 'A=b': '' } },
      'env has the name "A=b", and the system takes none that is empty or has a =',
    ],
    ['a.ts', { wdir: 7 }, "wdir must be a path such as '/tmp', or a file URL, not 7"],
    [
      'a.ts',
      { hosts: [] },
      "hosts must be a list as -H takes it, 'host1:4,host2', or an array of such, not an array",
    ],
    ['a.ts', { tolerant: 'yes' }, 'tolerant must be a boolean, not "yes"'],
  ];
  for (const [program, options, text] of cases) {
    t.is(await refusals(t, program, options), `${call}${text}`);
  }
});

test('what each rank must give right is refused where it is wrong', async (t) => {
  await runRanks(2, async (world) => {
    await t.throwsAsync(world.spawn('a.ts', { root: 2 }), {
      code: 'ERR_ROOT',
      message: `rank ${world.rank}: spawn: root 2 is out of range: this communicator has ranks 0 to 1`,
    });
    await t.throwsAsync(world.spawn('a.ts', { timeout: -1 }), { code: 'ERR_ARG' });
    await t.throwsAsync(world.spawn('a.ts', 4 as unknown as object), { code: 'ERR_ARG' });
  });
});

test('a program that is none is refused before anything runs', async (t) => {
  const programs = { 'child.ts': 'no function' as unknown as SpawnedMain };
  await t.throwsAsync(
    runRanks(1, () => t.fail(), { programs }),
    { code: 'ERR_ARG', message: "runRanks: the program 'child.ts' must be a function" },
  );
});

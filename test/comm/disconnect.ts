import test from 'ava';
import type { Communicator, Intercommunicator } from '../../src/comm/communicator.ts';
import { type RunRanksOptions, runRanks, type SpawnedMain } from '../../src/testing.ts';

/** Schedules that each test goes through. */
const SEEDS = 60;

async function withSeeds(
  size: number,
  main: (world: Communicator) => Promise<void>,
  programs: Readonly<Record<string, SpawnedMain>> = {},
): Promise<void> {
  for (let seed = 0; seed < SEEDS; seed += 1) {
    const options: RunRanksOptions = { seed, eagerBytes: seed % 3 === 0 ? 0 : 1000, programs };
    await runRanks(size, main, options);
  }
}

test('nothing can be started on a communicator that was given up by disconnect', async (t) => {
  await runRanks(2, async (world) => {
    const { rank } = world;
    const copy = await world.duplicate({ name: 'copy' });
    const leaving = copy.disconnect();
    t.true(copy.freed);
    const who = `rank ${rank} of copy (rank ${rank} of the world)`;
    await t.throwsAsync(copy.send(1, 0), {
      code: 'ERR_COMM',
      message: `${who}: send to 0, tag 0: the communicator was freed`,
    });
    await t.throwsAsync(copy.barrier(), { code: 'ERR_COMM' });
    await t.throwsAsync(copy.disconnect(), {
      code: 'ERR_COMM',
      message: `${who}: disconnect: the communicator was freed already`,
    });
    await t.throwsAsync(copy.free(), { code: 'ERR_COMM' });
    await leaving;
  });
});

test('world and self cannot be disconnected', async (t) => {
  await runRanks(2, async (world) => {
    await t.throwsAsync(world.disconnect(), {
      code: 'ERR_COMM',
      message: `rank ${world.rank}: disconnect: world lasts as long as the job; disconnect what was made of it`,
    });
    t.false(world.freed);
  });
});

test('wrong options are refused, and the communicator stays', async (t) => {
  await runRanks(1, async (world) => {
    const copy = await world.duplicate();
    await t.throwsAsync(copy.disconnect({ timeout: -1 }), { code: 'ERR_ARG' });
    t.false(copy.freed);
    await copy.disconnect();
  });
});

test('all that was started before has ended when disconnect has, on any rank', async (t) => {
  await withSeeds(3, async (world) => {
    const { rank, size } = world;
    const copy = await world.duplicate();
    const [to, from] = [(rank + 1) % size, (rank + 2) % size];
    const under = [
      copy.receive<Float64Array>(from, { tag: 1 }),
      copy.receive<string>(from, { tag: 2 }),
      copy.barrier(),
      copy.allreduce(rank, (a, b) => a + b),
      copy.send(Float64Array.of(rank), to, { tag: 1, mode: 'synchronous' }),
      copy.send('x'.repeat(rank * 2000), to, { tag: 2 }),
    ];
    await copy.disconnect();
    for (const request of under) t.true(request.test());
    t.deepEqual(await under[0], Float64Array.of(from));
  });
});

test('each kind of communicator can be disconnected', async (t) => {
  await withSeeds(4, async (world) => {
    const grid = await world.cartesian([2, 2]);
    const half = await world.split(world.rank % 2);
    const graph = await world.graph({ sources: [world.rank], destinations: [world.rank] });
    const inter = await half.intercommunicator(0, world, 1 - (world.rank % 2));
    await Promise.all([grid?.disconnect(), graph.disconnect(), inter.disconnect()]);
    await half.disconnect();
    t.is(await world.allreduce(1, (a, b) => a + b), 4);
  });
});

test('what nobody has received is dropped, whoever waits for it', async (t) => {
  await withSeeds(2, async (world) => {
    const copy = await world.duplicate();
    const sent = [
      copy.send('lost', 1 - world.rank),
      copy.send(new Uint8Array(5000), 1 - world.rank),
    ];
    await copy.disconnect();
    await Promise.all(sent);
    t.pass();
  });
});

test('attributes are deleted, and the error of a callback comes when all is done', async (t) => {
  const { createAttributeKey } = await import('../../src/comm/attributes.ts');
  await runRanks(2, async (world) => {
    const key = createAttributeKey<string>({
      delete: () => {
        throw new Error('not deleted');
      },
    });
    const copy = await world.duplicate();
    copy.setAttribute(key, 'x');
    await t.throwsAsync(copy.disconnect(), { message: 'not deleted' });
    await world.barrier();
  });
});

test('a disconnect that waits for a receive says so when its time is over', async (t) => {
  await runRanks(2, async (world) => {
    const copy = await world.duplicate({ name: 'copy' });
    const who = `rank ${world.rank} of copy (rank ${world.rank} of the world): disconnect #1`;
    if (world.rank === 0) {
      const never = copy.receive(1, { tag: 7 });
      await t.throwsAsync(copy.disconnect({ timeout: 20 }), {
        code: 'ERR_TIMEOUT',
        message: `${who}: not complete within 20 ms; it waits first for receive from 1, tag 7`,
      });
      await world.barrier();
      t.true(await never.cancel());
      await t.throwsAsync(never, { code: 'ERR_CANCELLED' });
    } else {
      await t.throwsAsync(copy.disconnect({ timeout: 20 }), {
        code: 'ERR_TIMEOUT',
        message: `${who}: not complete within 20 ms; it waits for rank 0`,
      });
      await world.barrier();
    }
  });
});

test('a rank that never disconnects is named by the others, and by the report of a stall', async (t) => {
  const run = runRanks(
    2,
    async (world) => {
      const copy = await world.duplicate({ name: 'copy' });
      if (world.rank === 1) return await world.receive(0);
      const never = copy.receive(1);
      return await Promise.all([copy.disconnect(), never]);
    },
    { stallMs: 50 },
  );
  await t.throwsAsync(run, {
    message:
      /rank 0 waits in receive from 1, any tag; disconnect #1 in copy, first receive from 1, any tag\n {2}rank 1 waits in receive from 0/,
  });
});

test('children come and go, and the parents go on', async (t) => {
  await withSeeds(
    2,
    async (world) => {
      for (let round = 0; round < 3; round += 1) {
        const children = await world.spawn('child.ts', { n: 2 });
        t.is(await children.receive(world.rank), `${world.rank}`);
        await children.disconnect();
      }
      await world.barrier();
    },
    {
      'child.ts': async (world, parent) => {
        await parent.send(`${world.rank}`, world.rank);
        await parent.disconnect();
        await world.barrier();
      },
    },
  );
});

test('a child that has disconnected fails alone, and yet the run has failed', async (t) => {
  for (let seed = 0; seed < SEEDS; seed += 1) {
    let goneOn = 0;
    const run = runRanks(
      2,
      async (world) => {
        const children = await world.spawn('child.ts', { n: 2 });
        await children.disconnect();
        for (let round = 0; round < 20; round += 1) await world.barrier();
        goneOn += 1;
      },
      { seed, programs: { 'child.ts': failing } },
    );
    await t.throwsAsync(run, { message: 'no luck' });
    t.is(goneOn, 2);
  }
});

async function failing(world: Communicator, parent: Intercommunicator): Promise<void> {
  await parent.disconnect();
  await world.barrier();
  if (world.rank === 1) throw new Error('no luck');
  await world.receive(1);
}

test('who has disconnected by one communicator is still connected by another', async (t) => {
  for (let seed = 0; seed < 10; seed += 1) {
    const run = runRanks(
      1,
      async (world) => {
        const children = await world.spawn('child.ts');
        const all = await children.merge();
        await children.disconnect();
        await all.receive(1);
      },
      {
        seed,
        programs: {
          'child.ts': async (_, parent) => {
            await parent.merge();
            await parent.disconnect();
            throw new Error('no luck');
          },
        },
      },
    );
    await t.throwsAsync(run, { message: 'no luck' });
  }
});

import test from 'ava';
import { MpiError } from '../src/base/error.ts';
import type { Communicator } from '../src/comm/communicator.ts';
import { waitAny } from '../src/request/wait.ts';
import { type RunRanksOptions, runRanks } from '../src/testing.ts';

test('every rank runs the function, and what each returns comes back in rank order', async (t) => {
  const results = await runRanks(3, async ({ rank, size, name }) => ({ rank, size, name }));
  t.deepEqual(
    results,
    [0, 1, 2].map((rank) => ({ rank, size: 3, name: 'world' })),
  );
  t.deepEqual(await runRanks(1, () => 'no promise'), ['no promise']);
});

/** Everybody sends to rank 0, which takes what comes: returns the order in which it came. */
async function race(world: Communicator): Promise<string[]> {
  const seen: string[] = [];
  if (world.rank === 0) {
    for (let at = 0; at < 4 * (world.size - 1); at += 1) {
      const receive = world.receive<number>();
      const value = await receive;
      seen.push(`${receive.status?.source}:${value}`);
    }
  } else {
    for (let at = 0; at < 4; at += 1) await world.send(at, 0);
  }
  return seen;
}

test('the same seed gives the same run, other seeds give others', async (t) => {
  for (const eagerBytes of [0, 1000]) {
    const runs = new Set<string>();
    for (let seed = 0; seed < 10; seed += 1) {
      const [first] = await runRanks(4, race, { seed, eagerBytes });
      const [again] = await runRanks(4, race, { seed, eagerBytes });
      t.deepEqual(first, again);
      runs.add(String(first));
    }
    t.true(runs.size >= 5, `${runs.size} orders from 10 seeds`);
  }
});

test('without a seed a run is that of seed 0', async (t) => {
  t.deepEqual(await runRanks(4, race), await runRanks(4, race, { seed: 0 }));
});

test('the first error of a rank is the error of the run', async (t) => {
  const first = new Error('first');
  const run = runRanks(3, async (world) => {
    if (world.rank === 2) throw first;
    await world.receive(2);
  });
  t.is(await t.throwsAsync(run), first);
});

test('the others learn who failed and why, at the line that waits', async (t) => {
  const caught: MpiError[] = [];
  async function waitsForOne(world: Communicator): Promise<void> {
    const waits = [
      () => world.receive(1),
      () => waitAny([world.receive(1), undefined]),
      () => world.sendReceive('x', 1, 1),
      () => Promise.all([world.probe(1)]),
    ];
    await waits[world.rank === 0 ? 0 : world.rank - 1]?.();
  }
  const run = runRanks(5, async (world) => {
    if (world.rank === 1) {
      await world.receive(0);
      throw new Error('out of disk');
    }
    if (world.rank === 0) await world.send('go', 1);
    try {
      await waitsForOne(world);
    } catch (error) {
      caught.push(error as MpiError);
      throw error;
    }
  });
  await t.throwsAsync(run, { message: 'out of disk' });
  t.is(caught.length, 4);
  for (const error of caught) {
    t.like(error, { code: 'ERR_PROC_FAILED', peer: 1 });
    t.regex(error.message, /: rank 1 failed: Error: out of disk$/);
    t.regex(error.stack ?? '', /at async waitsForOne \(.*build\/test\/testing\.js:\d+:\d+\)/);
  }
});

test('whatever is thrown ends the run with it', async (t) => {
  const bare = Object.create(null) as object;
  for (const thrown of ['text', undefined, 0, Symbol('s'), bare]) {
    const run = runRanks(2, async (world) => {
      if (world.rank === 0) throw thrown;
      await world.receive(0);
    });
    const caught = await run.then(
      () => t.fail(),
      (error: unknown) => error,
    );
    t.is(caught, thrown);
  }
});

test('a rank that throws at once, before the others began, ends the run', async (t) => {
  const run = runRanks(3, (world) => {
    if (world.rank === 0) throw new Error('at once');
    return world.receive(0);
  });
  await t.throwsAsync(run, { message: 'at once' });
});

test('a failure does not make requests unhandled that nobody awaits yet', async (t) => {
  const run = runRanks(2, async (world) => {
    if (world.rank === 0) {
      await world.receive(1);
      throw new Error('the one error');
    }
    const early = [world.receive(0), world.sendReceive('x', 0, 0)];
    await world.send('go', 0);
    await world.receive(0, { tag: 5 });
    return await Promise.all(early);
  });
  await t.throwsAsync(run, { message: 'the one error' });
});

test('a rank that has finished ends the receives that wait for it', async (t) => {
  const run = runRanks(2, async (world) => {
    if (world.rank === 1) {
      await world.send('last words', 0);
      return [];
    }
    const words = await world.receive(1);
    const error = await t.throwsAsync(world.receive(1), { code: 'ERR_PROC_FINISHED' });
    return [words, (error as MpiError).peer];
  });
  t.deepEqual(await run, [['last words', 1], []]);
});

test('a rank ends only when its sends are received, also those that nobody awaits', async (t) => {
  const results = await runRanks(
    2,
    async (world) => {
      if (world.rank === 0) {
        void world.send('not awaited', 1, { mode: 'buffered' });
        void world.send(new Uint8Array(10), 1);
        return [];
      }
      await world.probe(0);
      return [await world.receive(0), await world.receive<Uint8Array>(0)];
    },
    { eagerBytes: 0 },
  );
  t.deepEqual(results[1], ['not awaited', new Uint8Array(10)]);
});

test('a run that stands still ends with what every rank waits in', async (t) => {
  const run = runRanks(
    4,
    async (world) => {
      if (world.rank === 0) await Promise.all([world.receive(1, { tag: 7 }), world.probe(2)]);
      if (world.rank === 1) await world.send(new Uint8Array(3), 0, { tag: 8 });
      if (world.rank === 2) await new Promise(() => {});
      if (world.rank === 3) void world.send(new Uint8Array(4), 2, { mode: 'buffered', tag: 1 });
    },
    { eagerBytes: 0, seed: 77, stallMs: 30 },
  );
  await t.throwsAsync(run, {
    code: 'ERR_TIMEOUT',
    message: `runRanks: no message moved for 30 ms (seed 77)
  rank 0 waits in receive from 1, tag 7; probe for 2, any tag
  rank 1 waits in send to 0, tag 8, 3 bytes
  rank 2 waits for no message
  rank 3 has finished but for buffered send to 2, tag 1, 4 bytes`,
  });
});

test('wrong arguments are refused', async (t) => {
  const nothing = (): void => {};
  const wrongs: [args: unknown[], text: string][] = [
    [[0, nothing], 'the number of ranks must be an integer from 1, not 0'],
    [[1.5, nothing], 'the number of ranks must be an integer from 1, not 1.5'],
    [['2', nothing], 'the number of ranks must be an integer from 1, not 2'],
    [[2], 'the second argument must be the function that every rank runs'],
    [[2, nothing, null], 'the options must be an object such as { seed: 7 }'],
    [[2, nothing, { seed: 0.5 }], 'the seed must be an integer, not 0.5'],
    [[2, nothing, { eagerBytes: -1 }], 'eagerBytes must be a number of bytes from 0, not -1'],
    [[2, nothing, { creditBytes: NaN }], 'creditBytes must be a number of bytes from 0, not NaN'],
    [[2, nothing, { stallMs: 0 }], 'stallMs must be from 1 to 2147483647, not 0'],
    [[2, nothing, { stallMs: Infinity }], 'stallMs must be from 1 to 2147483647, not Infinity'],
  ];
  for (const [args, text] of wrongs) {
    const run = (runRanks as (...args: unknown[]) => Promise<unknown>)(...args);
    await t.throwsAsync(run, {
      instanceOf: MpiError,
      code: 'ERR_ARG',
      message: `runRanks: ${text}`,
    });
  }
});

test('timeouts run on the real clock', async (t) => {
  const options: RunRanksOptions = { seed: 3 };
  const run = runRanks(
    2,
    async (world) => {
      if (world.rank === 0) await world.receive(1, { timeout: 1 });
      else await world.receive(0);
    },
    options,
  );
  await t.throwsAsync(run, { code: 'ERR_TIMEOUT', message: /within 1 ms$/ });
});

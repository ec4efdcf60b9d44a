import test from 'ava';
import type { MpiError } from '../../src/base/error.ts';
import { seededRandom } from '../../src/base/random.ts';
import type { Communicator } from '../../src/comm/communicator.ts';
import type { PointToPoint } from '../../src/comm/point-to-point.ts';
import { type Ground, layGround } from '../../src/pool/ground.ts';
import { SOON_MS } from '../../src/pool/pacing.ts';
import { Pool } from '../../src/pool/pool.ts';
import type { Namespace } from '../../src/pool/reference.ts';
import { Server } from '../../src/pool/server.ts';
import type { TaskFunction } from '../../src/tasks/run.ts';
import { runRanks } from '../../src/testing.ts';

/** Schedules that each test goes through. */
const SEEDS = 1500;

const MODULE = 'file:///tasks.ts';

/** What workers find in the module. */
let random = seededRandom(0);

async function work(n: number): Promise<number> {
  const turns = Math.floor(random() * 4);
  for (let turn = 0; turn < turns; turn += 1) await new Promise(setImmediate);
  return n * n;
}

const quick = (n: number): number => -n;

function third(n: number): number {
  if (n === 3) throw new RangeError('no three');
  return n;
}

/** All that are made have the same text, so each stands for the others. */
function makeMortal(behave: (n: number) => number | Promise<number>): TaskFunction {
  return function mortal(n: number): number | Promise<number> {
    return behave(n);
  };
}

/** For how long it is worth looking for what comes, as those that wait said last. */
const looks = new Map<object, number | undefined>();

/** Of those that wait for something. */
function takeLooks(): number[] {
  const all = [...looks.values()].filter((lookMs) => lookMs !== undefined);
  looks.clear();
  return all;
}

/** @param pace  how fast the clock goes by which a worker sees how long items take */
function serve(
  comm: PointToPoint,
  single: boolean,
  more: Namespace = {},
  pace: number = 1,
): Promise<void> {
  const now = (): number => pace * performance.now();
  const waits = (lookMs: number | undefined): unknown => looks.set(comm, lookMs);
  const namespace: Namespace = { work, quick, third, ...more };
  return new Server({ comm, single, importModule: async () => namespace, now, waits }).run();
}

const realClock: Ground['clock'] = {
  now: () => performance.now(),
  after: (ms, callback) => {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};

function groundIn(world: Communicator): Ground {
  return {
    who: `rank ${world.rank}`,
    rank: world.rank,
    clock: realClock,
    cores: 2,
    bar: () => undefined,
    refusal: () => undefined,
    crew: () => (world.size > 1 ? world : undefined),
    sourceOf: (module) => module,
    spawn: (module, { n }) => world.spawn(new URL(module), { n, tolerant: true }),
    waits: (waiting, lookMs) => looks.set(waiting, lookMs),
    dismiss: () => {},
  };
}

test.serial(
  'in any order of messages all results come, in their order, of several calls at once',
  async (t) => {
    for (let seed = 0; seed < SEEDS; seed += 1) {
      random = seededRandom(seed);
      const size = 2 + (seed % 4);
      const items = Array.from({ length: seed % 17 }, (_, at) => at);
      const squares = items.map((n) => n * n);
      await runRanks(
        size,
        async (world) => {
          if (world.rank > 0) {
            // The faster their clock, the later all seems, and the more is asked back.
            await serve(world, false, {}, [1, 30, 1000][seed % 3]);
            return;
          }
          layGround(groundIn(world));
          await using pool = new Pool(MODULE);
          t.is(pool.size, size - 1);
          const all = pool.map(work, items, { chunkSize: 1 + (seed % 3) });
          const other = pool.map(quick, new Set(items));
          const streamed: number[] = [];
          for await (const value of pool.imap(work, items, { readAhead: 1 + (seed % 5) })) {
            streamed.push(value);
          }
          t.deepEqual(await all, squares);
          t.deepEqual(
            await other,
            items.map((n) => -n),
          );
          t.deepEqual(streamed, squares);
          const any: number[] = [];
          for await (const value of pool.imapUnordered(work, items)) any.push(value);
          t.deepEqual(
            any.sort((a, b) => a - b),
            squares,
          );
          if (seed % 2 === 0) return;
          const error = await t.throwsAsync<MpiError>(async () => {
            await pool.map(third, [1, 2, 3, 4]);
          });
          t.deepEqual([error?.code, error?.item], ['ERR_TASK', 2]);
          t.deepEqual(await pool.map(work, [5]), [25]);
        },
        { seed, eagerBytes: seed % 3 === 0 ? 0 : 1000 },
      );
      t.deepEqual(takeLooks(), [], 'nobody waits any more, or says so');
    }
  },
);

test.serial('whenever workers end, others take their place, and no result is lost', async (t) => {
  for (let seed = 0; seed < SEEDS; seed += 1) {
    random = seededRandom(seed);
    let ends = 3;
    const items = Array.from({ length: 12 }, (_, at) => at);
    await runRanks(
      1,
      async (world) => {
        layGround(groundIn(world));
        await using pool = new Pool(MODULE, { size: 1 + (seed % 3), retries: 3 });
        t.deepEqual(
          await pool.map(makeMortal(Number) as (n: number) => number, items, {
            chunkSize: 1 + (seed % 2),
          }),
          items,
        );
      },
      {
        seed,
        programs: {
          [MODULE]: async (_, parent) => {
            let end: (error: Error) => void = () => {};
            const ended = new Promise<never>((_, reject) => {
              end = reject;
            });
            const mortal = makeMortal((n) => {
              if (ends === 0 || random() < 0.7) return n;
              ends -= 1;
              end(new Error('killed'));
              return new Promise<number>(() => {});
            });
            await Promise.race([ended, serve(parent, true, { mortal })]);
          },
        },
      },
    );
  }
});

test.serial(
  'while items take long, or nobody knows how long, who waits for them sleeps',
  async (t) => {
    const slow = async (n: number): Promise<number> => {
      await new Promise((resolve) => setTimeout(resolve, 2));
      return n;
    };
    await runRanks(3, async (world) => {
      if (world.rank > 0) {
        await serve(world, false, { slow });
        return;
      }
      layGround(groundIn(world));
      await using pool = new Pool(MODULE);
      t.deepEqual(takeLooks(), [0], 'workers get ready');
      const long = pool.imapUnordered(slow, [1, 2, 3, 4, 5, 6]);
      for (let count = 0; count < 4; count += 1) await long.next();
      t.true(takeLooks().includes(0), 'for what takes long');
      await long.return?.();
      const short = pool.imapUnordered(
        quick,
        Array.from({ length: 5000 }, (_, at) => at),
      );
      for (let count = 0; count < 2500; count += 1) await short.next();
      t.true(takeLooks().includes(SOON_MS), 'for what comes at once');
    });
  },
);

test.serial(
  'what waits for a worker that takes longer than it seemed is done by another',
  async (t) => {
    const FIRST_LONG = 300;
    const makeWhere = (rank: number): TaskFunction =>
      function where(n: number): number | Promise<number> {
        if (n < FIRST_LONG) return rank;
        return new Promise((resolve) => {
          setTimeout(resolve, 12, rank);
        });
      };
    await runRanks(3, async (world) => {
      const where = makeWhere(world.rank);
      if (world.rank > 0) {
        await serve(world, false, { where });
        return;
      }
      layGround(groundIn(world));
      await using pool = new Pool(MODULE);
      const items = Array.from({ length: FIRST_LONG + 30 }, (_, at) => at);
      const ranks = await pool.map(where as (n: number) => number, items);
      t.is(ranks.length, items.length);
      const counts = [1, 2].map(
        (rank) => ranks.slice(FIRST_LONG).filter((other) => other === rank).length,
      );
      t.true(
        counts.every((count) => count >= 8),
        `${counts}`,
      );
    });
  },
);

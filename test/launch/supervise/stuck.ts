import test from 'ava';
import { ANY_SOURCE } from '../../../src/base/constants.ts';
import { MpiError } from '../../../src/base/error.ts';
import { type Random, seededRandom } from '../../../src/base/random.ts';
import type { Communicator } from '../../../src/comm/communicator.ts';
import { circlesOf, type Hope, stuckAmong } from '../../../src/launch/supervise/stuck.ts';
import { waitingIn } from '../../../src/rank/standstill.ts';
import { TestWorld } from '../../helpers/world.ts';

const stands = (
  waitsFor: readonly number[],
  framesSent: readonly number[] = [],
  framesReceived: readonly number[] = [],
): Hope => ({ kind: 'stands', standing: { waitsFor, mayHear: [], framesSent, framesReceived } });
const ACTS: Hope = { kind: 'acts' };

test('two that wait for each other are stuck, and so is who waits for them', (t) => {
  const hopes = [stands([1]), stands([0]), stands([1]), ACTS];
  t.deepEqual(stuckAmong(hopes), [0, 1, 2]);
  t.deepEqual(circlesOf([0, 1, 2], hopes), [[0, 1]]);
});

test('one of several that may act is enough to hope for', (t) => {
  t.deepEqual(stuckAmong([stands([1, 2]), stands([0]), ACTS]), []);
  t.deepEqual(stuckAmong([stands([1]), stands([2]), stands([3]), ACTS]), []);
});

test('a frame under way, to it or from it, may let one go on', (t) => {
  t.deepEqual(stuckAmong([stands([1]), stands([0], [1])]), []);
  t.deepEqual(stuckAmong([stands([1], [0, 1]), stands([0])]), []);
  t.deepEqual(stuckAmong([stands([1], [0, 1]), stands([0], [], [1])]), [0, 1]);
});

test('nothing is hoped for from one that is gone, and from a finished one only what it has sent', (t) => {
  const finished: Hope = { kind: 'finished', framesSent: [2] };
  t.deepEqual(stuckAmong([stands([1]), { kind: 'gone' }]), [0]);
  t.deepEqual(stuckAmong([stands([1], [], [0, 1]), finished]), []);
  t.deepEqual(stuckAmong([stands([1], [], [0, 2]), finished]), [0]);
});

test('who waits for itself alone is at the heart of it', (t) => {
  const hopes = [stands([0]), stands([0])];
  t.deepEqual(stuckAmong(hopes), [0, 1]);
  t.deepEqual(circlesOf([0, 1], hopes), [[0]]);
});

test('each group that waits for none but itself is a circle of its own', (t) => {
  const hopes = [stands([2]), stands([3]), stands([0]), stands([1]), stands([4]), stands([2, 4])];
  const stuck = stuckAmong(hopes);
  t.deepEqual(stuck, [0, 1, 2, 3, 4, 5]);
  t.deepEqual(circlesOf(stuck, hopes), [[0, 2], [1, 3], [4]]);
});

test('nobody knows anything of one that is not among them', (t) => {
  t.deepEqual(stuckAmong([stands([7])]), []);
});

type Step =
  | { readonly kind: 'send'; readonly peer: number; readonly how: 'eager' | 'long' | 'synchronous' }
  | { readonly kind: 'receive'; readonly peer: number }
  | { readonly kind: 'compute'; readonly turns: number }
  | { readonly kind: 'barrier' | 'allreduce' | 'both' };

const HOW = ['eager', 'long', 'synchronous'] as const;
const below = (random: Random, limit: number): number => Math.floor(random() * limit);

/** A program for each rank: one that ends well, of which some steps are then left out or exchanged. */
function makePrograms(random: Random, size: number): Step[][] {
  const programs: Step[][] = Array.from({ length: size }, () => []);
  for (let n = 0; n < 3 + below(random, 3 * size); n += 1) {
    const kind = random();
    const [from, to] = [below(random, size), below(random, size)];
    if (kind < 0.1) {
      const call = { kind: random() < 0.5 ? 'barrier' : 'allreduce' } as const;
      for (const program of programs) program.push(call);
    } else if (kind < 0.3) {
      programs[from]?.push({ kind: 'compute', turns: 1 + below(random, 30) });
    } else if (kind < 0.4) {
      for (const rank of new Set([from, to])) programs[rank]?.push({ kind: 'both' });
    } else if (from !== to) {
      const how = HOW[below(random, HOW.length)] as (typeof HOW)[number];
      programs[from]?.push({ kind: 'send', peer: to, how });
      programs[to]?.push({ kind: 'receive', peer: random() < 0.3 ? ANY_SOURCE : from });
    }
  }
  for (let faults = below(random, 3); faults > 0; faults -= 1) {
    const program = programs[below(random, size)] as Step[];
    const at = below(random, program.length);
    const [step] = program.splice(at, 1);
    if (step !== undefined && random() < 0.5)
      program.splice(below(random, program.length), 0, step);
  }
  return programs;
}

const LONG = new Uint8Array(200);
const SHORT = new Uint8Array(8);
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function run(
  comm: Communicator,
  steps: readonly Step[],
  computes: (does: boolean) => void,
): Promise<void> {
  for (const step of steps) {
    switch (step.kind) {
      case 'send': {
        const mode = step.how === 'synchronous' ? 'synchronous' : 'standard';
        await comm.send(step.how === 'long' ? LONG : SHORT, step.peer, { mode });
        break;
      }
      case 'receive':
        await comm.receive(step.peer);
        break;
      case 'both': {
        // Either may let it go on.
        const left = comm.receive((comm.rank + 1) % comm.size);
        const right = comm.receive(ANY_SOURCE);
        left.catch(() => {});
        right.catch(() => {});
        await Promise.race([left, right]);
        break;
      }
      case 'barrier':
        await comm.barrier();
        break;
      case 'allreduce':
        await comm.allreduce(1);
        break;
      case 'compute':
        computes(true);
        for (let n = 0; n < step.turns; n += 1) await turn();
        computes(false);
        break;
    }
  }
}

/** One run of random programs: what was found stuck while they ran, and what had not ended when nothing moved any more. */
async function play(
  seed: number,
): Promise<{ early: Set<number>; found: number[]; left: number[] }> {
  const random = seededRandom(seed);
  const size = 2 + below(random, 4);
  const world = new TestWorld(size, { seed, eagerBytes: 100 });
  const programs = makePrograms(random, size);
  const hopes: Hope[] = Array.from({ length: size }, () => ACTS);
  /** What is told of a rank and is yet to come in: in order, after some turns. */
  const reports: {
    readonly rank: number;
    readonly hope: Hope;
    due: number;
  }[] = [];
  const over = new Set<number>();
  let running = size;
  /** Their event loops have something to do. */
  const computing = new Set<number>();
  const report = (rank: number, hope: Hope): void => {
    const last = Math.max(
      0,
      ...reports.filter((other) => other.rank === rank).map(({ due }) => due),
    );
    reports.push({
      rank,
      hope,
      due: Math.max(last, below(random, 40)),
    });
  };
  const look = (rank: number): void => {
    const engine = world.engine(rank);
    const operations = engine.operations();
    if (operations.length === 0) return;
    const standing = {
      ...waitingIn(operations),
      framesSent: engine.framesSent(),
      framesReceived: engine.framesReceived(),
    };
    report(rank, { kind: 'stands', standing });
  };
  programs.forEach((steps, rank) => {
    const end = (error?: unknown): void => {
      if (error !== undefined && !(error instanceof MpiError)) throw error;
      running -= 1;
      over.add(rank);
    };
    const computes = (does: boolean): void => {
      if (does) computing.add(rank);
      else computing.delete(rank);
    };
    void run(world.rank(rank), steps, computes).then(() => end(), end);
  });
  const early = new Set<number>();
  const takeIn = (): void => {
    for (const each of reports) each.due -= 1;
    for (let at = 0; at < reports.length; ) {
      const each = reports[at] as (typeof reports)[number];
      if (each.due > 0) {
        at += 1;
        continue;
      }
      reports.splice(at, 1);
      hopes[each.rank] = each.hope;
    }
    for (const rank of stuckAmong(hopes)) early.add(rank);
  };
  for (let quiet = 0; quiet < 100 && running > 0; quiet += 1) {
    const before = world.engines.map(({ activity }) => activity).join();
    await turn();
    for (let rank = 0; rank < size; rank += 1) {
      if (!over.has(rank) && !computing.has(rank) && random() < 0.3) look(rank);
    }
    takeIn();
    if (before !== world.engines.map(({ activity }) => activity).join()) quiet = 0;
  }
  await world.settle();
  const left: number[] = [];
  for (let rank = 0; rank < size; rank += 1) {
    const engine = world.engine(rank);
    if (over.has(rank)) hopes[rank] = { kind: 'finished', framesSent: engine.framesSent() };
    else left.push(rank);
    if (!over.has(rank)) look(rank);
  }
  for (let n = 0; n < 50; n += 1) takeIn();
  return { early, found: stuckAmong(hopes), left };
}

test('what is found stuck in random programs never goes on, and all that never goes on is found', async (t) => {
  let deadlocks = 0;
  for (let seed = 1; seed <= 400; seed += 1) {
    const { early, found, left } = await play(seed);
    if (left.length > 0) deadlocks += 1;
    const wrong = [...early].filter((rank) => !left.includes(rank));
    t.deepEqual(wrong, [], `seed ${seed}: found too early`);
    t.deepEqual(found, left, `seed ${seed}`);
  }
  t.true(deadlocks > 100 && deadlocks < 350, `${deadlocks} deadlocks`);
});

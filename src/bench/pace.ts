import { world, wtime } from 'tsmpi';
import { median } from './statistics.ts';

/** Something that several ranks repeat together; each of them has its own part in it. */
export interface Exercise {
  /** How many ranks take part: those from 0. */
  readonly ranks: number;
  /** Make ready for so many repetitions. Every rank has done so before the first of them begins. */
  prepare(count: number): void;
  /** Repeat it. Of all methods only this one is timed, so it does nothing but what is measured. */
  run(count: number): Promise<void>;
  /**
   * The seconds that count of those the last batch took, if not all of them do. What counts then is the
   * mean over the ranks.
   */
  counted?(): number;
  /** Throw if what came last is not what was sent. */
  check(): void;
}

/** V8 compiles what has run for a while: nothing counts before that. */
const WARM_UP_SECONDS = 0.1;
/** Until something was repeated so often it is warmed up for longer, for each kind of message takes a way of its own … */
const WARM_UP_COUNT = 5000;
/** … but not for more than so many times as long. */
const MOST_WARM_UPS = 20;
/** So many batches fit into the time of a measurement: the median of them is the result. */
const BATCHES = 20;
/** However long a batch takes, there are so many. */
const LEAST_BATCHES = 3;

/**
 * Measure how long one repetition takes, in seconds; all ranks that take part call this.
 *
 * Rank 0 decides how many repetitions make a batch, so many that looking at the clock does not matter,
 * and tells the others.
 *
 * @param seconds  how long to measure, after warming up
 * @returns the median over the batches of what counts; NaN on ranks other than 0
 */
export async function measure(exercise: Exercise, seconds: number): Promise<number> {
  if (world.rank !== 0) {
    await follow(exercise);
    return Number.NaN;
  }
  const one = await warmUp(exercise, Math.min(WARM_UP_SECONDS, seconds));
  const count = Math.max(1, Math.round(seconds / BATCHES / one));
  const batches: number[] = [];
  for (let spent = 0; spent < seconds || batches.length < LEAST_BATCHES; ) {
    const { passed, counted } = await timed(exercise, count);
    batches.push(counted / count);
    spent += passed;
  }
  await agree(exercise, 0);
  return median(batches);
}

/** @returns about how long one repetition takes, in seconds */
async function warmUp(exercise: Exercise, seconds: number): Promise<number> {
  let count = 1;
  let repetitions = 0;
  for (let spent = 0; ; ) {
    const { passed } = await timed(exercise, count);
    spent += passed;
    repetitions += count;
    const enough = repetitions >= WARM_UP_COUNT || spent >= MOST_WARM_UPS * seconds;
    if (spent >= seconds && enough) return passed / count;
    // No more than twice as many at a time: early ones are slow, and say little of later ones.
    if (passed < seconds / 4) count *= 2;
  }
}

/** Do what rank 0 decides, until it decides that it is enough. */
async function follow(exercise: Exercise): Promise<void> {
  for (;;) {
    const count = await agree(exercise);
    if (count === 0) return;
    await exercise.run(count);
    exercise.check();
    if (exercise.counted !== undefined) await mean(exercise.counted(), exercise.ranks);
  }
}

/** The seconds that one batch took, and those that count. */
interface Batch {
  readonly passed: number;
  readonly counted: number;
}

async function timed(exercise: Exercise, count: number): Promise<Batch> {
  await agree(exercise, count);
  const start = wtime();
  await exercise.run(count);
  // A clock that stands still for a whole batch would make the next one endless.
  const passed = Math.max(wtime() - start, 1e-9);
  exercise.check();
  if (exercise.counted === undefined) return { passed, counted: passed };
  return { passed, counted: await mean(exercise.counted(), exercise.ranks) };
}

/**
 * Pass the number of repetitions around all ranks that take part, from rank 0 back to it: then all know
 * it, and all are ready.
 */
async function agree(exercise: Exercise, decided?: number): Promise<number> {
  const { next, previous } = neighbours(exercise.ranks);
  const count = decided ?? (await world.receive<number>(previous));
  if (count > 0) exercise.prepare(count);
  await world.send(count, next);
  if (decided !== undefined) await world.receive<number>(previous);
  return count;
}

/**
 * The mean over all ranks that take part, of a number that each of them has: it is added up around them.
 *
 * @returns on ranks other than 0 nothing that means anything
 */
async function mean(own: number, ranks: number): Promise<number> {
  const { next, previous } = neighbours(ranks);
  const first = world.rank === 0;
  const before = first ? 0 : await world.receive<number>(previous);
  await world.send(before + own, next);
  return first ? (await world.receive<number>(previous)) / ranks : Number.NaN;
}

/** The ranks before and after this one, of so many that stand in a circle. */
function neighbours(ranks: number): { readonly next: number; readonly previous: number } {
  const { rank } = world;
  return { next: (rank + 1) % ranks, previous: (rank - 1 + ranks) % ranks };
}

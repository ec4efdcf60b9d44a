import { world, wtime } from 'tsmpi';
import { median } from '../statistics.ts';

/** Something that several ranks repeat together; each of them has its own part in it. */
export interface Exercise {
  /** How many ranks take part: those from 0. */
  readonly ranks: number;
  /** Make ready for so many repetitions. Every rank has done so before the first of them begins. */
  prepare(count: number): void;
  /** Repeat it. Of all methods only this one is timed, so it does nothing but what is measured. */
  run(count: number): Promise<void>;
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
 * @returns the median over the batches; NaN on ranks other than 0
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
    const batch = await timed(exercise, count);
    batches.push(batch / count);
    spent += batch;
  }
  await agree(exercise, 0);
  return median(batches);
}

/** @returns about how long one repetition takes, in seconds */
async function warmUp(exercise: Exercise, seconds: number): Promise<number> {
  let count = 1;
  let repetitions = 0;
  for (let spent = 0; ; ) {
    const batch = await timed(exercise, count);
    spent += batch;
    repetitions += count;
    const enough = repetitions >= WARM_UP_COUNT || spent >= MOST_WARM_UPS * seconds;
    if (spent >= seconds && enough) return batch / count;
    // No more than twice as many at a time: early ones are slow, and say little of later ones.
    if (batch < seconds / 4) count *= 2;
  }
}

/** Do what rank 0 decides, until it decides that it is enough. */
async function follow(exercise: Exercise): Promise<void> {
  for (;;) {
    const count = await agree(exercise);
    if (count === 0) return;
    await exercise.run(count);
    exercise.check();
  }
}

/** @returns the seconds that one batch took */
async function timed(exercise: Exercise, count: number): Promise<number> {
  await agree(exercise, count);
  const start = wtime();
  await exercise.run(count);
  const seconds = wtime() - start;
  exercise.check();
  // A clock that stands still for a whole batch would make the next one endless.
  return Math.max(seconds, 1e-9);
}

/**
 * Pass the number of repetitions around all ranks that take part, from rank 0 back to it: then all know
 * it, and all are ready.
 */
async function agree(exercise: Exercise, decided?: number): Promise<number> {
  const { rank } = world;
  const { ranks } = exercise;
  const next = (rank + 1) % ranks;
  const previous = (rank - 1 + ranks) % ranks;
  const count = decided ?? (await world.receive<number>(previous));
  if (count > 0) exercise.prepare(count);
  await world.send(count, next);
  if (decided !== undefined) await world.receive<number>(previous);
  return count;
}

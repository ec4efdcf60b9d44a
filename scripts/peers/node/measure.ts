import type { Link } from './link.ts';

// All is measured as src/bench/pace.ts measures tsmpi.
const WARM_UP_SECONDS = 0.1;
const WARM_UP_COUNT = 5000;
const MOST_WARM_UPS = 20;
const BATCHES = 20;
const LEAST_BATCHES = 3;

/** Do something so many times. On all ranks but the first, answer so many times. */
export type Exchange = (times: number) => Promise<void>;

/**
 * Measure on the first rank, while the others follow.
 *
 * It is warmed up for 0.1 s, and until there were 5,000 repetitions or 2 s are over; then batches are
 * timed, each about a twentieth of the time there is, until that is over, and at least three.
 *
 * @returns the seconds that one exchange took in the median batch; NaN on all ranks but the first
 */
export async function measure(link: Link, run: Exchange, seconds: number): Promise<number> {
  if (link.rank > 0) return await follow(link, run);
  const timeBatch = async (times: number): Promise<number> => {
    await agree(link, times);
    const start = performance.now();
    await run(times);
    return (performance.now() - start) / 1000;
  };
  const one = await warmUp(timeBatch, Math.min(WARM_UP_SECONDS, seconds));
  const times = Math.max(1, Math.round(seconds / BATCHES / one));
  const batches: number[] = [];
  for (let total = 0; total < seconds || batches.length < LEAST_BATCHES; ) {
    const taken = await timeBatch(times);
    total += taken;
    batches.push(taken / times);
  }
  await agree(link, 0);
  return median(batches);
}

/** @returns about how many seconds one repetition takes */
async function warmUp(
  timeBatch: (times: number) => Promise<number>,
  seconds: number,
): Promise<number> {
  let times = 1;
  let repetitions = 0;
  for (let spent = 0; ; ) {
    const taken = await timeBatch(times);
    spent += taken;
    repetitions += times;
    const enough = repetitions >= WARM_UP_COUNT || spent >= MOST_WARM_UPS * seconds;
    if (spent >= seconds && enough) return taken / times;
    if (taken < seconds / 4) times *= 2;
  }
}

async function follow(link: Link, run: Exchange): Promise<number> {
  for (let times = await agree(link); times > 0; times = await agree(link)) await run(times);
  return Number.NaN;
}

/** Let a number go around the ring, so that the first rank knows that all have it. */
export async function agree(link: Link, times = 0): Promise<number> {
  if (link.rank === 0) {
    await link.send(times);
    return Number(await link.receive());
  }
  const received = Number(await link.receive());
  await link.send(received);
  return received;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const low = sorted[Math.ceil(sorted.length / 2) - 1] ?? Number.NaN;
  const high = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  return (low + high) / 2;
}

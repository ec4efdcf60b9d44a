import type { Link } from './link.ts';

const BATCHES = 50;
const LEAST_BATCHES = 3;
const TRIES = 3;

/** Do something so many times. On all ranks but the first, answer so many times. */
export type Exchange = (times: number) => Promise<void>;

/**
 * Measure on the first rank, while the others follow.
 *
 * A batch is doubled until it takes a fiftieth of the time there is, which warms everything up;
 * then batches are timed until that time is over, and at least three.
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
  // One slow batch may have met another process on its processor: all must take so long.
  const takes = async (least: number, times: number): Promise<boolean> => {
    for (let i = 0; i < TRIES; i += 1) {
      if ((await timeBatch(times)) < least) return false;
    }
    return true;
  };
  let times = 1;
  while (!(await takes(seconds / BATCHES, times))) times *= 2;
  const batches: number[] = [];
  for (let total = 0; total < seconds || batches.length < LEAST_BATCHES; ) {
    const taken = await timeBatch(times);
    total += taken;
    batches.push(taken / times);
  }
  await agree(link, 0);
  return median(batches);
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

import type { Outcome } from './outcome.ts';

/** How far one clock is from another. */
export interface ClockOffset {
  /** By how much the other one is ahead. */
  readonly offsetMs: number;
  /** The truth lies within so much of it. */
  readonly errorMs: number;
}

const ROUNDS = 8;
/** Nothing depends on clocks, so less than this is not worth a word. */
const WORTH_A_WORD_MS = 1_000;

/**
 * Find out how far the clock of another host is from this one's.
 *
 * It was read at some time between question and answer: half the time between the two is the most by which the
 * middle can be wrong, so the fastest answer counts. Both clocks count whole milliseconds.
 *
 * @param ask  what the other clock says, in milliseconds since 1970
 * @param now  what this one says
 * @param lap  milliseconds on a clock that never jumps
 */
export async function measureClock(
  ask: () => Promise<number>,
  now: () => number = Date.now,
  lap: () => number = () => performance.now(),
): Promise<ClockOffset> {
  let best: ClockOffset = { offsetMs: 0, errorMs: Number.POSITIVE_INFINITY };
  for (let round = 0; round < ROUNDS; round += 1) {
    const before = now();
    const start = lap();
    const other = await ask();
    const half = (lap() - start) / 2;
    if (half + 1 < best.errorMs) best = { offsetMs: other - (before + half), errorMs: half + 1 };
  }
  return best;
}

/** Judge it: a clock that is surely off by more than a second is worth a word. */
export function judgeClock({ offsetMs, errorMs }: ClockOffset, dateByHand: string): Outcome {
  const found = `${signed(offsetMs)} ±${Math.ceil(errorMs)} ms`;
  if (Math.abs(offsetMs) - errorMs <= WORTH_A_WORD_MS) return { result: 'ok', found };
  const way = offsetMs > 0 ? 'ahead of' : 'behind';
  return {
    result: 'warning',
    found,
    problem: `its clock is ${(Math.abs(offsetMs) / 1000).toFixed(1)} s ${way} this machine's; jobs run all the same, but times in logs are hard to compare`,
    command: `date; ${dateByHand}`,
    remedy: 'have both set their clocks by NTP: timedatectl set-ntp true',
  };
}

function signed(ms: number): string {
  const size = Math.abs(ms);
  const sign = ms <= -0.5 ? '-' : '+';
  return size < 1000 ? `${sign}${Math.round(size)}` : `${sign}${(size / 1000).toFixed(1)} s`;
}

import { constants } from 'node:os';

/**
 * Turn the code of a failure into one the shell shows as failure: 1 to 255.
 *
 * The system keeps the low eight bits alone, which would turn 256 into success.
 */
export function clampExitCode(code: number): number {
  if (Number.isNaN(code)) return 1;
  const whole = Math.trunc(code);
  if (whole < 0 || whole > 255) return 255;
  return whole === 0 ? 1 : whole;
}

/** The exit code by which a shell reports a death by `signal`: 128 and its number. */
export function signalExitCode(signal: NodeJS.Signals): number {
  const number: number | undefined = constants.signals[signal];
  return number === undefined ? 255 : 128 + number;
}

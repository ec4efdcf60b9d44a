import { constants } from 'node:os';

/** The exit code by which a shell reports a death by `signal`: 128 and its number. */
export function signalExitCode(signal: NodeJS.Signals): number {
  const number: number | undefined = constants.signals[signal];
  return number === undefined ? 255 : 128 + number;
}

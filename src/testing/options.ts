import { LONGEST_DELAY_MS } from '../base/clock.ts';
import { MpiError } from '../base/error.ts';
import type { SpawnedMain } from './local-rank.ts';

/** How ranks inside one process are run. */
export interface RunRanksOptions {
  /** Order and delay of the messages: the same seed gives the same run. 0 if left out. */
  readonly seed?: number | undefined;
  /** Standard sends up to this many bytes are eager; 64 KiB if left out, 0 makes every send wait. */
  readonly eagerBytes?: number | undefined;
  /** Bytes of eager messages from one rank that may lie unread at another; 16 MiB if left out. */
  readonly creditBytes?: number | undefined;
  /** The host of each rank, by numbers: `[0, 0, 1, 1]`. All are on one if left out. */
  readonly hosts?: readonly number[] | undefined;
  /** Give up after this many milliseconds in which no message moved; 5000 if left out. */
  readonly stallMs?: number | undefined;
  /** What `spawn` starts in place of a program, by the name that is given to it; a URL counts as its text. */
  readonly programs?: Readonly<Record<string, SpawnedMain>> | undefined;
}

/** @throws MpiError `ERR_ARG` */
export function checkArguments(size: number, main: unknown, options: RunRanksOptions): void {
  if (!Number.isInteger(size) || size < 1) {
    throw wrong(`the number of ranks must be an integer from 1, not ${String(size)}`);
  }
  if (typeof main !== 'function') {
    throw wrong('the second argument must be the function that every rank runs');
  }
  if (typeof options !== 'object' || options === null) {
    throw wrong('the options must be an object such as { seed: 7 }');
  }
  const { seed, eagerBytes, creditBytes, hosts, stallMs, programs = {} } = options;
  if (seed !== undefined && !Number.isInteger(seed)) {
    throw wrong(`the seed must be an integer, not ${String(seed)}`);
  }
  for (const [name, bytes] of Object.entries({ eagerBytes, creditBytes })) {
    if (bytes !== undefined && !(typeof bytes === 'number' && bytes >= 0)) {
      throw wrong(`${name} must be a number of bytes from 0, not ${String(bytes)}`);
    }
  }
  const areHosts = Array.isArray(hosts) && hosts.length === size && hosts.every(isHost);
  if (hosts !== undefined && !areHosts) {
    throw wrong(`hosts must be an array of ${size} host numbers from 0, one for each rank`);
  }
  const isDelay = typeof stallMs === 'number' && stallMs >= 1 && stallMs <= LONGEST_DELAY_MS;
  if (stallMs !== undefined && !isDelay) {
    throw wrong(`stallMs must be from 1 to ${LONGEST_DELAY_MS}, not ${String(stallMs)}`);
  }
  if (typeof programs !== 'object' || programs === null) {
    throw wrong("programs must be an object such as { 'child.ts': (world, parent) => … }");
  }
  for (const [name, program] of Object.entries(programs)) {
    if (typeof program !== 'function') throw wrong(`the program '${name}' must be a function`);
  }
}

function isHost(host: unknown): boolean {
  return Number.isInteger(host) && (host as number) >= 0;
}

function wrong(text: string): MpiError {
  return new MpiError('ERR_ARG', `runRanks: ${text}`);
}

import { type Clock, LONGEST_DELAY_MS } from './base/clock.ts';
import { MpiError } from './base/error.ts';
import type { Communicator } from './comm/communicator.ts';
import { Universe } from './comm/universe.ts';
import { Engine } from './match/engine.ts';
import { Request } from './request/request.ts';
import { LocalNetwork } from './transport/local.ts';

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
}

/** A message that is due moves within so many turns of the event loop. */
const TURNS_TO_MOVE = 10;

/** A rank that waits in more calls than this is described by the first of them. */
const MOST_CALLS_SHOWN = 8;

/**
 * Run a function as several ranks inside this process, and resolve to what each returned.
 *
 * The ranks are real but for their network: the same matching, protocols and errors as under tsrun, with
 * messages that arrive in an order and with delays that the seed decides. So a test can go through
 * thousands of schedules a second, and a failure comes back with its seed.
 *
 * @param main  runs once per rank, with that rank's world
 * @throws the first error of a rank; what the others wait in then rejects with `ERR_PROC_FAILED`
 * @throws MpiError `ERR_TIMEOUT` with what every rank waits in, if nothing moves any more
 */
export async function runRanks<T>(
  size: number,
  main: (world: Communicator) => T | Promise<T>,
  options: RunRanksOptions = {},
): Promise<T[]> {
  checkArguments(size, main, options);
  const run = new Run(size, options);
  return await run.start(main);
}

function checkArguments(size: number, main: unknown, options: RunRanksOptions): void {
  if (!Number.isInteger(size) || size < 1) {
    throw wrong(`the number of ranks must be an integer from 1, not ${String(size)}`);
  }
  if (typeof main !== 'function') {
    throw wrong('the second argument must be the function that every rank runs');
  }
  if (typeof options !== 'object' || options === null) {
    throw wrong('the options must be an object such as { seed: 7 }');
  }
  const { seed, eagerBytes, creditBytes, hosts, stallMs } = options;
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
}

function isHost(host: unknown): boolean {
  return Number.isInteger(host) && (host as number) >= 0;
}

function wrong(text: string): MpiError {
  return new MpiError('ERR_ARG', `runRanks: ${text}`);
}

const clock: Clock = {
  now: () => performance.now(),
  after: (ms, callback) => {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};

/** One call of `runRanks`. */
class Run {
  readonly #options: RunRanksOptions;
  readonly #engines: Engine[];
  #moved = 0;

  constructor(size: number, options: RunRanksOptions) {
    this.#options = options;
    const network = new LocalNetwork({
      size,
      seed: options.seed ?? 0,
      exposes: true,
      schedule: setImmediate,
      onDelivery: () => {
        this.#moved += 1;
      },
    });
    const { eagerBytes, creditBytes } = options;
    this.#engines = Array.from(
      { length: size },
      (_, rank) =>
        new Engine({
          rank,
          size,
          clock,
          eagerBytes,
          creditBytes,
          connect: (events) => network.connect(rank, events),
        }),
    );
  }

  async start<T>(main: (world: Communicator) => T | Promise<T>): Promise<T[]> {
    let fail: (error: unknown) => void = () => {};
    const failed = new Promise<never>((_, reject) => {
      fail = reject;
    });
    const stopWatching = this.#watchForStall(fail);
    try {
      const results = this.#engines.map((engine) => this.#runRank(engine, main));
      return await Promise.race([Promise.all(results), failed]);
    } finally {
      stopWatching();
      await Promise.all(this.#engines.map((engine) => engine.close()));
    }
  }

  async #runRank<T>(engine: Engine, main: (world: Communicator) => T | Promise<T>): Promise<T> {
    const { world } = new Universe({ engine, hosts: this.#options.hosts });
    try {
      const result = await main(world);
      await this.#finalize(engine);
      return result;
    } catch (error) {
      const reason = `rank ${engine.rank} failed: ${describe(error)}`;
      for (const other of this.#engines) {
        if (other === engine) continue;
        // The run ends with this error; that it ends the others as well is no news.
        for (const operation of other.operations()) Request.expectFailure(operation.request);
        other.peerLost(engine.rank, reason);
      }
      throw error;
    }
  }

  /** As under tsrun: sends end first, then the others learn that nothing more will come. */
  async #finalize(engine: Engine): Promise<void> {
    await engine.finalize();
    const framesSent = engine.framesSent();
    for (const other of this.#engines) {
      if (other !== engine) other.peerFinishing(engine.rank, framesSent[other.rank] ?? 0);
    }
  }

  #watchForStall(fail: (error: unknown) => void): () => void {
    const { stallMs = 5000, seed = 0 } = this.#options;
    let seen = -1;
    const timer = setInterval(async () => {
      const before = seen;
      seen = this.#moved;
      // In a busy process timers may come in a row, with no turn in between in which a message could have moved.
      for (let turn = 0; turn < TURNS_TO_MOVE; turn += 1) {
        if (this.#moved !== before) return;
        await new Promise(setImmediate);
      }
      const text = `runRanks: no message moved for ${stallMs} ms (seed ${seed})\n${this.#describe()}`;
      fail(new MpiError('ERR_TIMEOUT', text));
    }, stallMs);
    return () => clearInterval(timer);
  }

  #describe(): string {
    return this.#engines
      .map((engine) => {
        const calls = new Set(engine.operations().map(({ userCall }) => userCall));
        return `  rank ${engine.rank} ${stateOf(engine.finalized, [...calls])}`;
      })
      .join('\n');
  }
}

function stateOf(finalized: boolean, calls: readonly string[]): string {
  if (calls.length === 0) return finalized ? 'has finished' : 'waits for no message';
  const shown = calls.slice(0, MOST_CALLS_SHOWN);
  if (calls.length > shown.length) shown.push(`${calls.length - shown.length} more`);
  return `${finalized ? 'has finished but for' : 'waits in'} ${shown.join('; ')}`;
}

/** Show whatever was thrown; there are values that cannot be made a string. */
function describe(error: unknown): string {
  try {
    return String(error);
  } catch {
    return 'something that is no error was thrown';
  }
}

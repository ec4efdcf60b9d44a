import type { Clock } from './base/clock.ts';
import { MpiError } from './base/error.ts';
import { Communicator } from './comm/communicator.ts';
import { Endpoint } from './match/endpoint.ts';
import { Engine } from './match/engine.ts';
import { Channel } from './pt2pt/channel.ts';
import { LocalNetwork } from './transport/local.ts';

/** How ranks inside one process are run. */
export interface RunRanksOptions {
  /** Order and delay of the messages: the same seed gives the same run. 0 if left out. */
  readonly seed?: number | undefined;
  /** Standard sends up to this many bytes are eager; 64 KiB if left out, 0 makes every send wait. */
  readonly eagerBytes?: number | undefined;
  /** Bytes of eager messages from one rank that may lie unread at another; 16 MiB if left out. */
  readonly creditBytes?: number | undefined;
  /** Give up after this many milliseconds in which no message moved; 5000 if left out. */
  readonly stallMs?: number | undefined;
}

const WORLD_CONTEXT = 0;

/**
 * Run a function as several ranks inside this process, and resolve to what each returned.
 *
 * The ranks are real but for their network: the same matching, protocols and errors as under tsrun, with
 * messages that arrive in an order and with delays that the seed decides. So a test can go through
 * thousands of schedules a second, and a failure comes back with its seed.
 *
 * @param main  runs once per rank, with that rank's world
 * @throws the first error of a rank; operations of the others then reject with `ERR_PROC_FAILED`
 * @throws MpiError `ERR_TIMEOUT` with what every rank waits in, if nothing moves any more
 */
export async function runRanks<T>(
  size: number,
  main: (world: Communicator) => T | Promise<T>,
  options: RunRanksOptions = {},
): Promise<T[]> {
  if (!Number.isInteger(size) || size < 1) {
    throw new MpiError('ERR_ARG', `runRanks: the number of ranks must be at least 1, not ${size}`);
  }
  const run = new Run(size, options);
  return await run.start(main);
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
  readonly #size: number;
  readonly #options: RunRanksOptions;
  readonly #engines: Engine[];
  #moved = 0;

  constructor(size: number, options: RunRanksOptions) {
    this.#size = size;
    this.#options = options;
    const network = new LocalNetwork({
      size,
      seed: options.seed ?? 0,
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
    const everyRank = Array.from({ length: this.#size }, (_, rank) => rank);
    const endpoint = new Endpoint(WORLD_CONTEXT, engine.rank, everyRank);
    const world = new Communicator('world', new Channel(engine, endpoint));
    try {
      const result = await main(world);
      await this.#finalize(engine);
      return result;
    } catch (error) {
      const reason = `rank ${engine.rank} failed: ${error}`;
      for (const other of this.#engines) {
        if (other !== engine) other.peerLost(engine.rank, reason);
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
    const timer = setInterval(() => {
      if (this.#moved !== seen) {
        seen = this.#moved;
        return;
      }
      const text = `runRanks: no message moved for ${stallMs} ms (seed ${seed})\n${this.#describe()}`;
      fail(new MpiError('ERR_TIMEOUT', text));
    }, stallMs);
    return () => clearInterval(timer);
  }

  #describe(): string {
    return this.#engines
      .map((engine) => {
        const calls = engine.operations().map((operation) => operation.call);
        const state = calls.length > 0 ? `waits in ${calls.join('; ')}` : 'waits for no message';
        return `  rank ${engine.rank} ${engine.finalized ? 'has finished' : state}`;
      })
      .join('\n');
  }
}

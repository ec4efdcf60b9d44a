import { hostname } from 'node:os';
import process from 'node:process';
import { isMainThread } from 'node:worker_threads';
import type { Clock } from './base/clock.ts';
import { foreignLauncher } from './base/environment.ts';
import { assert, MpiError } from './base/error.ts';
import { clampExitCode } from './base/exit-code.ts';
import type { Communicator, Intercommunicator } from './comm/communicator.ts';
import { Universe } from './comm/universe.ts';
import type { RankStart, ToRank, Wait } from './control/message.ts';
import { Engine } from './match/engine.ts';
import { Pools } from './pools.ts';
import { LauncherSpawner } from './rank/launcher-spawner.ts';
import { currentRank, type Member, ownerOfRank, type RankProcess } from './rank/process.ts';
import type { StackFilter } from './rank/stack.ts';
import { Transports } from './rank/transports.ts';
import { describeWaits } from './rank/waits.ts';

/**
 * The one place that joins everything for a real process: what the launcher left, the control pipe,
 * the transports, the engine and the world.
 */

const realClock: Clock = {
  now: () => performance.now(),
  after: (ms, callback) => {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};

/** This process as a member of its world. */
class World implements Member {
  readonly engine: Engine;
  readonly world: Communicator;
  readonly self: Communicator;
  /** Between this world and those who have spawned it. */
  readonly parent: Intercommunicator | undefined;
  readonly #rank: RankProcess | undefined;
  readonly #universe: Universe;
  readonly #spawner: LauncherSpawner | undefined;
  readonly #transports: Transports;
  /** The part of this process in pools. */
  readonly pools: Pools;
  /** Resolves once the launcher has been told that this rank takes part, and its answers are taken in. */
  readonly #joined: Promise<void>;
  #allFinalized: () => void = () => {};
  #finalized: Promise<void> | undefined;

  constructor(rank: RankProcess | undefined) {
    this.#rank = rank;
    const start = rank?.start ?? ALONE;
    let transports: Transports | undefined;
    this.engine = new Engine({
      rank: start.rank,
      size: start.size,
      clock: realClock,
      eagerBytes: start.eagerBytes < 0 ? Number.POSITIVE_INFINITY : start.eagerBytes,
      onWanted: (wanted) => (wanted ? rank?.pipe.hold() : rank?.pipe.release()),
      connect: (events) => {
        transports = new Transports(start, events);
        return transports.route;
      },
    });
    assert(transports !== undefined, 'an engine without transports');
    this.#transports = transports;
    this.#spawner = rank && new LauncherSpawner(rank.pipe);
    this.#universe = new Universe({
      engine: this.engine,
      choices: start.choices,
      check: start.check,
      hosts: start.hosts,
      span: start.world,
      parent: start.parent,
      spawner: this.#spawner,
      userLine: (stack) => rank?.userLine(stack),
    });
    this.world = this.#universe.world;
    this.self = this.#universe.self;
    this.parent = this.#universe.parent;
    // What is asked for at once is answered, though the port may not be bound yet.
    rank?.enter(this);
    this.pools = new Pools({
      rank,
      clock: realClock,
      world: this.world,
      self: this.self,
      parent: this.parent,
      crew: () => this.#universe.crew(),
      tell: (message) => rank?.pipe.send(message),
    });
    const port = this.#transports.port();
    if (port === undefined) {
      rank?.join();
      this.#joined = Promise.resolve();
    } else {
      // Ports are known only once they are bound; the table of them comes with `addresses`.
      this.#joined = port.then(
        (bound) => rank?.join(bound),
        (error: unknown) => rank?.fail(error),
      );
    }
  }

  get finalizing(): boolean {
    return this.engine.finalized;
  }

  waits(filter: StackFilter): Promise<Wait[]> {
    return describeWaits(this.engine, filter);
  }

  onMessage(message: ToRank): void {
    switch (message.kind) {
      case 'addresses':
        this.#transports.takePorts(message.addresses);
        break;
      case 'finalizing':
        this.engine.peerFinishing(message.rank, message.framesSent[this.engine.rank] ?? 0);
        break;
      case 'finalized':
        this.#allFinalized();
        break;
      case 'lost':
        this.engine.peerLost(message.rank, message.reason);
        break;
      case 'ending':
        this.engine.jobEnding(message.rank, message.reason);
        break;
      case 'where':
        // Answered by the rank's process, which asks `waits`.
        break;
      case 'grown':
        this.#grow(message.first, message.hosts);
        break;
      case 'spawned':
      case 'not-spawned':
        this.#spawner?.answered(message);
        break;
    }
  }

  /** There are further processes. What is known of from the start may be said again. */
  #grow(first: number, hosts: readonly number[]): void {
    const size = first + hosts.length;
    if (size <= this.engine.size) return;
    this.#transports.grow(first, hosts);
    this.engine.grow(size);
    this.#universe.grow(first, hosts);
  }

  deadEnd(): boolean {
    if (this.engine.operations().length === 0) return false;
    this.engine.deadEnd();
    return true;
  }

  loaded(): void {
    this.pools.loaded();
  }

  over(): void {
    const served = this.pools.over();
    if (served === undefined) void this.finalize();
    else void served.then(() => this.finalize());
  }

  finalize(): Promise<void> {
    this.#finalized ??= this.#finalize();
    return this.#finalized;
  }

  async #finalize(): Promise<void> {
    await this.engine.finalize();
    if (this.#rank !== undefined) {
      await this.#joined;
      const { pipe } = this.#rank;
      // Until every rank is here this one stays, so that nothing it sent can be lost with it.
      pipe.hold();
      await new Promise<void>((resolve) => {
        this.#allFinalized = resolve;
        pipe.send({ kind: 'finalizing', framesSent: this.engine.framesSent() });
      });
      pipe.release();
      this.engine.lookBack();
    }
    await this.engine.close();
  }
}

/** A program that was started by plain `node`. */
const ALONE: RankStart = {
  rank: 0,
  size: 1,
  program: '',
  compiled: '',
  transport: 'zeromq',
  folder: '',
  library: '',
  eagerBytes: 32 * 1024,
};

function joinWorld(): World {
  if (!isMainThread) {
    throw new MpiError(
      'ERR_OTHER',
      'tsmpi was imported in a worker thread: only the main thread of a process is a rank; pass values to the worker instead',
    );
  }
  const rank = currentRank();
  if (rank === undefined) startAlone();
  return new World(rank);
}

function startAlone(): void {
  const owner = ownerOfRank();
  if (owner !== undefined) {
    throw new MpiError(
      'ERR_OTHER',
      `a second tsmpi was loaded, ${import.meta.url}, in a rank that belongs to ${owner}; each would have ranks of its own: install tsmpi once, where all that use it find it, and start the program with its own tsrun: npx tsrun program.ts`,
    );
  }
  const launcher = foreignLauncher(process.env);
  if (launcher !== undefined) {
    throw new MpiError(
      'ERR_OTHER',
      `${launcher} started this process as one of several, but its ranks cannot find each other; start the program with tsrun instead: npx tsrun -n 4 program.ts`,
    );
  }
  process.stderr.write(
    'tsmpi: this world has 1 rank; for more, start the program with tsrun: npx tsrun -n 4 program.ts\n',
  );
  process.on('beforeExit', () => joined.deadEnd());
}

const joined = joinWorld();

/** All ranks of the job. @see MPI-4.1 §7.2.1 MPI_COMM_WORLD */
export const world: Communicator = joined.world;

/** This rank alone. @see MPI-4.1 §7.2.1 MPI_COMM_SELF */
export const self: Communicator = joined.self;

/**
 * Those who have spawned this world, as the other group of a communicator that `world` and they have in common; undefined if
 * nobody has.
 *
 * @see MPI-4.1 §11.8.2 MPI_Comm_get_parent
 */
export const parent: Intercommunicator | undefined = joined.parent;

/**
 * Tell whether a module is the program that was started, and this process the one that acts for all: rank 0 under tsrun, and
 * never a worker of a pool. The other ranks of such a program serve as workers once it has run to its end.
 *
 * @param meta  `import.meta`
 */
export function isMain(meta: { readonly url: string }): boolean {
  return joined.pools.isMain(meta.url);
}

/** Name of the machine that this rank runs on. @see MPI-4.1 §9.1.2 */
export const processorName: string = hostname();

/** Seconds on a monotonic clock that all ranks of one machine share. @see MPI-4.1 §9.6 */
export function wtime(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds + nanoseconds * 1e-9;
}

/**
 * End the use of messages: every rank must call this, or end its program.
 *
 * Waits until the sends of this rank have ended and every rank has come here. Receives that nothing
 * matched reject with `ERR_FINALIZED`. Calling it again changes nothing.
 *
 * @see MPI-4.1 §11.2.3
 */
export function finalize(): Promise<void> {
  return joined.finalize();
}

/**
 * End all ranks of the job at once.
 *
 * @param code  exit code of tsrun, from 1 to 255; anything else is brought into that range
 * @see MPI-4.1 §9.3 MPI_Abort
 */
export function abort(code: number = 1): never {
  currentRank()?.abort(code);
  process.exit(clampExitCode(code));
}

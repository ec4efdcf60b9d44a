import { hostname } from 'node:os';
import process from 'node:process';
import { isMainThread } from 'node:worker_threads';
import type { Clock } from './base/clock.ts';
import { foreignLauncher } from './base/environment.ts';
import { assert, MpiError } from './base/error.ts';
import { clampExitCode } from './base/exit-code.ts';
import type { Communicator } from './comm/communicator.ts';
import { Universe } from './comm/universe.ts';
import type { RankStart, ToRank, Wait } from './control/message.ts';
import { Keeper } from './keeper/keeper.ts';
import { Engine } from './match/engine.ts';
import { currentRank, type Member, ownerOfRank, type RankProcess } from './rank/process.ts';
import type { StackFilter } from './rank/stack.ts';
import { Transports } from './rank/transports.ts';
import { describeWaits, messageWaits } from './rank/waits.ts';
import { StoreLink } from './store/link.ts';
import { Store } from './store/store.ts';

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
  readonly store: Store;
  readonly #link: StoreLink;
  readonly #rank: RankProcess | undefined;
  readonly #transports: Transports;
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
    const universe = new Universe({
      engine: this.engine,
      choices: start.choices,
      check: start.check,
      hosts: start.hosts,
      userLine: (stack) => rank?.userLine(stack),
    });
    this.world = universe.world;
    this.self = universe.self;
    const port = this.#transports.port();
    if (port === undefined) {
      rank?.join(this);
      this.#joined = Promise.resolve();
    } else {
      // Ports are known only once they are bound; the table of them comes with `addresses`.
      this.#joined = port.then(
        (bound) => rank?.join(this, bound),
        (error: unknown) => rank?.fail(error),
      );
    }
    this.#link = openStore(start, rank, this.#joined);
    this.store = new Store(this.#link);
  }

  get finalizing(): boolean {
    return this.engine.finalized;
  }

  waits(filter: StackFilter): Promise<Wait[]> {
    const waits = [...messageWaits(this.engine.operations()), ...this.#link.waits()];
    return describeWaits(waits, realClock.now(), filter);
  }

  onMessage(message: ToRank): void {
    switch (message.kind) {
      case 'addresses':
        this.#transports.takePorts(message.addresses);
        break;
      case 'finalizing':
        this.engine.peerFinishing(message.rank, message.framesSent[this.engine.rank] ?? 0);
        this.#link.peerGone(message.rank);
        break;
      case 'finalized':
        this.#allFinalized();
        break;
      case 'lost':
        this.engine.peerLost(message.rank, message.reason);
        this.#link.peerGone(message.rank, message.reason);
        break;
      case 'ending':
        this.engine.jobEnding(message.rank, message.reason);
        this.#link.jobEnding(message.rank, message.reason);
        break;
      case 'store':
        this.#link.take(message.answers);
        break;
      case 'where':
        // Answered by the rank's process, which asks `waits`.
        break;
    }
  }

  deadEnd(): boolean {
    const waits = this.#link.deadEnd();
    if (this.engine.operations().length === 0) return waits;
    this.engine.deadEnd();
    return true;
  }

  finalize(): Promise<void> {
    this.#finalized ??= this.#finalize();
    return this.#finalized;
  }

  async #finalize(): Promise<void> {
    await Promise.all([this.engine.finalize(), this.#link.finalize()]);
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

/** Join the store of the job; a process alone keeps one for itself. */
function openStore(
  { rank, size }: RankStart,
  process: RankProcess | undefined,
  joined: Promise<void>,
): StoreLink {
  const keeper = new Keeper();
  let hasJoined = false;
  void joined.then(() => {
    hasJoined = true;
  });
  const link = new StoreLink({
    rank,
    size,
    clock: realClock,
    send: (calls) => {
      if (process === undefined) link.take(keeper.take(rank, calls).get(rank) ?? []);
      else if (hasJoined) process.pipe.send({ kind: 'store', calls });
      // The launcher answers none but members, and asks them alone where they are.
      else void joined.then(() => process.pipe.send({ kind: 'store', calls }));
    },
    onWanted: (wanted) => (wanted ? process?.pipe.hold() : process?.pipe.release()),
  });
  return link;
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
      `${launcher} started this process as one of several, and they cannot find each other by themselves; have it start tsrun join: ${launcher} -n 4 npx tsrun join program.ts, or start the ranks with tsrun itself: npx tsrun -n 4 program.ts`,
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

/** What all processes of the job share. */
export const store: Store = joined.store;

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

import { availableParallelism } from 'node:os';
import process from 'node:process';
import type { Clock } from '../base/clock.ts';
import { workerEnvironment } from '../base/environment.ts';
import { ProgressLine, terminalOf } from '../base/progress-line.ts';
import type { Communicator, Intercommunicator } from '../comm/communicator.ts';
import type { FromRank } from '../control/message.ts';
import { type Ground, type Hosts, layGround } from '../pool/ground.ts';
import type { Line } from '../pool/progress.ts';
import { Server } from '../pool/server.ts';
import { Modules } from '../rank/modules.ts';
import type { RankProcess } from '../rank/process.ts';
import type { Request } from '../request/request.ts';

/** What pools are given of this process. */
export interface PoolsOptions {
  /** Undefined in a program that plain Node runs. */
  readonly rank: RankProcess | undefined;
  readonly clock: Clock;
  readonly world: Communicator;
  readonly self: Communicator;
  readonly parent: Intercommunicator | undefined;
  /** The ranks of the world, for the messages of pools. */
  readonly crew: () => Communicator | undefined;
  readonly tell: (message: FromRank) => void;
  /** Look for messages for so many milliseconds at most before sleeping; undefined: as long as usual. */
  readonly lookAtMost: (ms: number | undefined) => void;
}

/** What a program is run by that has only a module to load, which Node takes as it is. */
const WORKER_PROGRAM = './bin/worker.js';

/** The part of this process in pools: it has some, or serves those of others. */
export class Pools implements Ground {
  readonly who: string;
  readonly rank: number;
  readonly clock: Clock;
  readonly cores: number = availableParallelism();
  readonly #options: PoolsOptions;
  readonly #modules: Modules;
  /** Whether the program has something in it that is for one rank alone: the others may serve it. */
  #mayServe: boolean;
  #server: Server | undefined;
  #served: Promise<void> | undefined;
  /** What waits, and how long it is worth looking for that. */
  readonly #waits = new Map<object, number>();
  /** Whether this process uses pools or asks whether it may. */
  known = false;

  constructor(options: PoolsOptions) {
    const { rank, clock, world } = options;
    this.#options = options;
    this.#modules = new Modules(rank);
    this.#mayServe = rank?.isWorker ?? false;
    this.who = `rank ${world.rank}`;
    this.rank = world.rank;
    this.clock = clock;
    layGround(this);
  }

  bar(): Line | undefined {
    const { rank, tell } = this.#options;
    const terminal = terminalOf(process.stderr);
    if (terminal !== undefined) return new ProgressLine(terminal);
    const columns = rank?.start.columns;
    if (columns === undefined) return undefined;
    let last = '';
    const show = (text: string, kept: boolean): void => {
      last = text;
      tell({ kind: 'progress', text, kept });
    };
    // The launcher draws it, below what all ranks print.
    return { room: columns - 1, show: (text) => show(text, false), keep: () => show(last, true) };
  }

  /** Whether a module is the program, in the one process that is to act for all. */
  isMain(url: string): boolean {
    this.known = true;
    const { rank, world } = this.#options;
    if (rank?.isWorker === true || !this.#modules.isProgram(url)) return false;
    if (world.rank === 0) return true;
    this.#mayServe = true;
    if (rank?.isLoaded === true) this.loaded();
    return false;
  }

  refusal(): string | undefined {
    this.known = true;
    if (this.#server?.working === true) {
      return 'a function that a pool runs cannot have a pool of its own: give each part of its work as an item to the first one, or do it in a loop';
    }
    const guard = 'write `if (isMain(import.meta)) { … }` around what uses the pool';
    if (this.#options.rank?.isWorker === true) {
      return `this process is itself the worker of a pool, and has loaded its module: ${guard}`;
    }
    if (this.#options.world.rank === 0) return undefined;
    return `only rank 0 has a pool, and the other ranks are its workers: ${guard}`;
  }

  crew(): Communicator | undefined {
    return this.#options.crew();
  }

  sourceOf(module: string): string {
    return this.#modules.sourceOf(module);
  }

  spawn(
    module: string,
    { n, hosts }: { readonly n: number; readonly hosts?: Hosts },
  ): Request<Intercommunicator> {
    const { rank, self } = this.#options;
    // What tsrun has compiled here it compiles there; else Node takes the module as it is.
    const isCompiled = rank !== undefined && this.#modules.isCompiled(module);
    const library = rank?.start.library ?? import.meta.url;
    const program = isCompiled ? new URL(module) : new URL(WORKER_PROGRAM, library);
    return self.spawn(program, {
      n,
      hosts,
      env: workerEnvironment(),
      tolerant: true,
      name: 'pool',
    });
  }

  dismiss(processes: readonly number[], atOnce: boolean): void {
    this.#options.tell({ kind: 'dismiss', processes, atOnce });
  }

  waits(waiting: object, lookMs: number | undefined): void {
    if (lookMs === this.#waits.get(waiting)) return;
    if (lookMs === undefined) this.#waits.delete(waiting);
    else this.#waits.set(waiting, lookMs);
    const { lookAtMost } = this.#options;
    lookAtMost(this.#waits.size === 0 ? undefined : Math.max(...this.#waits.values()));
  }

  /** The program has been loaded: serve, if it is for that. */
  loaded(): void {
    const { rank, parent, crew, clock, tell } = this.#options;
    if (!this.#mayServe || this.#server !== undefined) return;
    const isWorker = rank?.isWorker ?? false;
    const comm = isWorker ? parent : crew();
    if (comm === undefined) return;
    if (!isWorker) tell({ kind: 'serving' });
    this.#server = new Server({
      comm,
      single: isWorker,
      importModule: (url) => this.#modules.import(url),
      now: () => clock.now(),
      waits: (lookMs) => this.waits(this, lookMs),
    });
    this.#served = this.#server.run().catch((error: unknown) => rank?.fail(error));
  }

  /** What this process waits in as a worker that has nothing to do. */
  get idle(): Request<unknown> | undefined {
    return this.#server?.idle;
  }

  /** The event loop ran empty. @returns resolves when nobody is served any more; undefined if nobody is */
  over(): Promise<void> | undefined {
    this.#server?.deadEnd();
    return this.#served;
  }
}

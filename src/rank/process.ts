import { clampExitCode } from '../base/exit-code.ts';
import type { Failure, RankStart, ToRank, Wait } from '../control/message.ts';
import { type ControlPipe, openControlPipe } from '../control/pipe.ts';
import { describeFailure } from './failure.ts';
import { StackFilter } from './stack.ts';

/** What a process that is a rank of a world answers and takes in; a program without tsmpi has none. */
export interface Member {
  waits(filter: StackFilter): Promise<Wait[]>;
  readonly finalizing: boolean;
  onMessage(message: ToRank): void;
  /** The event loop ran empty: fail what still waits, since nothing can come. False if nothing waits. */
  deadEnd(): boolean;
  /** The program has been loaded: all of its modules have run to their end. */
  loaded(): void;
  /** The program is over: finalize unless that is done. */
  over(): void;
}

/** Imports the module of a URL. */
export type Load = (url: string) => Promise<unknown>;

/** Node ends a program so whose top-level await never settles. */
const UNSETTLED_EXIT_CODE = 13;
const UNSETTLED =
  'the top-level await of the program never finished, and nothing was under way that could finish it';

/**
 * A process that tsrun started: it reports how it fares over its control pipe.
 *
 * It exists before the program runs, so that a program that fails while it is loaded is reported like
 * any other, and one that never imports tsmpi can run as well.
 */
export class RankProcess {
  readonly start: RankStart;
  readonly load: Load;
  /** Whether this is a worker of a pool. */
  readonly isWorker: boolean;
  readonly pipe: ControlPipe;
  readonly #process: NodeJS.Process;
  readonly #filter: StackFilter;
  #member: Member | undefined;
  #failed = false;
  #loaded = false;
  #program: Promise<unknown> | undefined;

  constructor(
    process: NodeJS.Process,
    start: RankStart,
    load: Load,
    isWorker: boolean,
    pipe: ControlPipe,
  ) {
    this.#process = process;
    this.start = start;
    this.load = load;
    this.isWorker = isWorker;
    this.pipe = pipe;
    this.#filter = new StackFilter(start.library);
    pipe.onMessage((message) => this.#onMessage(message));
    // The launcher is gone, perhaps killed: so is the job. The group is this rank and what it started.
    pipe.onLost(() => process.kill(-process.pid, 'SIGKILL'));
    // The system keeps the low eight bits of an exit code, which would turn 256 into success.
    process.on('exit', (code) => {
      if (code !== 0) process.exitCode = clampExitCode(code);
    });
    process.on('uncaughtException', (error) => {
      // A program with a handler of its own decides for itself.
      if (process.listenerCount('uncaughtException') === 1) this.fail(error);
    });
  }

  /** Run the program: load it, and see it to its end. */
  run(load: Promise<unknown>): void {
    this.#process.on('beforeExit', () => this.#onIdle());
    this.#program = load;
    const onLoaded = (): void => {
      this.#loaded = true;
      this.#member?.loaded();
    };
    load.then(onLoaded, (error: unknown) => {
      // What uses the worker is told why there is none.
      if (this.isWorker) onLoaded();
      else this.fail(error);
    });
  }

  /** What the program exports, once it has been loaded. */
  program(): Promise<unknown> {
    return this.#program ?? Promise.reject(new Error('the program was not begun'));
  }

  /** Whether all modules of the program have run to their end. */
  get isLoaded(): boolean {
    return this.#loaded;
  }

  /** Whether the program has imported tsmpi. */
  get isMember(): boolean {
    return this.#member !== undefined;
  }

  /** Let a member of the world take in what the launcher says to this process. */
  enter(member: Member): void {
    this.#member = member;
  }

  /** Tell the launcher that the member takes part, and where it can be reached. */
  join(address?: string): void {
    this.pipe.send({ kind: 'joined', address });
  }

  /** End this process with an error, which the launcher prints. */
  fail(error: unknown): void {
    this.#endFailed(describeFailure(error, this.#filter), 1);
  }

  /** The innermost line of the user in a stack. */
  userLine(stack: string): string | undefined {
    return this.#filter.userLine(stack);
  }

  /** End the whole job. @param code  as the user gave it; the launcher brings it into range */
  abort(code: number): never {
    const stack = this.#filter.userFrames(new Error().stack ?? '');
    this.pipe.send({ kind: 'abort', exitCode: code, stack });
    this.#process.exit(clampExitCode(code));
  }

  /** The event loop ran empty. */
  #onIdle(): void {
    if (this.#member?.deadEnd()) return;
    if (this.#loaded) this.#member?.over();
    else this.#endFailed({ text: UNSETTLED, summary: UNSETTLED }, UNSETTLED_EXIT_CODE);
  }

  #endFailed(failure: Failure, exitCode: number): void {
    if (this.#failed) return;
    this.#failed = true;
    this.pipe.send({ kind: 'failed', failure, exitCode });
    this.#process.exit(exitCode);
  }

  #onMessage(message: ToRank): void {
    if (message.kind !== 'where') {
      this.#member?.onMessage(message);
      return;
    }
    const finalizing = this.#member?.finalizing ?? false;
    const waits = this.#member?.waits(this.#filter) ?? Promise.resolve([]);
    void waits.then((list) =>
      this.pipe.send({ kind: 'waits', id: message.id, waits: list, finalizing }),
    );
  }
}

let current: RankProcess | undefined;

/** Where a rank says which installation of tsmpi it belongs to, for a second one in the same process. */
const OWNER = Symbol.for('tsmpi.rank');

/** The rank that this process is, if tsrun started it. */
export function currentRank(): RankProcess | undefined {
  return current;
}

/** The folder of the tsmpi that this process is a rank of, whoever asks. */
export function ownerOfRank(): string | undefined {
  return (globalThis as { [OWNER]?: string })[OWNER];
}

/** Become the rank that tsrun started this process for. @param isWorker  of a pool */
export function enterRank(
  process: NodeJS.Process,
  start: RankStart,
  load: Load,
  isWorker: boolean,
): RankProcess {
  current = new RankProcess(process, start, load, isWorker, openControlPipe());
  Object.defineProperty(globalThis, OWNER, { value: start.library });
  return current;
}

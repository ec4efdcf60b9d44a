import type { Readable, Writable } from 'node:stream';
import { inForeground } from './foreground.ts';

/** How often a job in the background looks whether it has come to the foreground. */
const LOOK_MS = 250;

/** What the input of a job depends on. */
export interface InputOptions {
  readonly target: number | 'all' | 'none';
  /** How many ranks the job has: for `all`, reading begins once each of them is attached or detached. */
  readonly ranks: number;
  /** The launcher's own standard input; not touched if the target is `none`. */
  readonly stdin: Readable & { readonly isTTY?: boolean; unref?(): unknown };
  /** Called when the user has typed a line, so that the terminal stands at the start of the next. */
  echoed?(): void;
  /** Whether a terminal may be read; `inForeground` unless a test says otherwise. */
  mayRead?(): boolean;
}

/**
 * The launcher's standard input on its way to one rank or to all, byte for byte.
 *
 * Nothing is read before those who want it are there. The slowest of them sets the pace: one that never
 * reads stops the reading and nothing else; one that ends is left out. At the end of the input their
 * inputs end too.
 */
export class Input {
  readonly #options: InputOptions;
  readonly #sinks = new Map<number, Writable>();
  /** Targets that are attached, or never will be. */
  readonly #settled = new Set<number>();
  readonly #targets: number;
  /** Sinks that have taken all they can. */
  readonly #full = new Set<Writable>();
  #look: NodeJS.Timeout | undefined;
  #state: 'waiting' | 'reading' | 'over' = 'waiting';

  constructor(options: InputOptions) {
    this.#options = options;
    this.#targets = options.target === 'all' ? options.ranks : 1;
    if (options.target === 'none') this.#state = 'over';
  }

  /** Give a rank's input its share, or end it at once if this rank has none. */
  attach(rank: number, sink: Writable): void {
    // A rank that ends without having read everything is no error.
    sink.on('error', () => this.#drop(rank, sink));
    sink.on('close', () => this.#drop(rank, sink));
    if (this.#state === 'over' || !this.#isTarget(rank)) {
      sink.end();
      return;
    }
    this.#sinks.set(rank, sink);
    sink.on('drain', () => {
      this.#full.delete(sink);
      this.#flow();
    });
    this.#settle(rank);
  }

  /** Forget a rank that has ended, or that will never be attached. */
  detach(rank: number): void {
    const sink = this.#sinks.get(rank);
    if (sink !== undefined) {
      this.#drop(rank, sink);
      sink.destroy();
    } else if (this.#isTarget(rank)) {
      this.#settle(rank);
    }
  }

  /** Read no more, and let the process end though its input is still open. */
  close(): void {
    if (this.#state === 'over') return;
    this.#stop();
    for (const sink of this.#sinks.values()) sink.end();
    this.#sinks.clear();
  }

  #isTarget(rank: number): boolean {
    const { target, ranks } = this.#options;
    // Those that are spawned later could not be given what was read before.
    return target === rank || (target === 'all' && rank < ranks);
  }

  #settle(rank: number): void {
    this.#settled.add(rank);
    if (this.#settled.size < this.#targets || this.#state !== 'waiting') return;
    if (this.#sinks.size === 0) this.#stop();
    else this.#start();
  }

  #start(): void {
    const { stdin } = this.#options;
    this.#state = 'reading';
    stdin.on('data', this.#onData);
    stdin.on('end', this.#onEnd);
    // A folder as input, or a terminal that is gone: there is nothing more to read.
    stdin.on('error', this.#onEnd);
    // `bg` may have sent us to the background.
    if (stdin.isTTY === true) process.on('SIGCONT', this.#flow);
    this.#flow();
  }

  /** Read if everybody has room and the terminal, if it is one, is ours. */
  readonly #flow = (): void => {
    if (this.#state !== 'reading') return;
    const { stdin } = this.#options;
    const mayRead = stdin.isTTY !== true || (this.#options.mayRead ?? inForeground)();
    clearTimeout(this.#look);
    if (!mayRead) this.#look = setTimeout(this.#flow, LOOK_MS).unref();
    if (mayRead && this.#full.size === 0) stdin.resume();
    else stdin.pause();
  };

  readonly #onData = (chunk: Buffer): void => {
    for (const sink of this.#sinks.values()) {
      if (!sink.write(chunk)) this.#full.add(sink);
    }
    if (this.#options.stdin.isTTY === true && chunk.at(-1) === 0x0a) this.#options.echoed?.();
    if (this.#full.size > 0) this.#flow();
  };

  readonly #onEnd = (): void => this.close();

  #drop(rank: number, sink: Writable): void {
    if (this.#sinks.get(rank) !== sink) return;
    this.#sinks.delete(rank);
    this.#full.delete(sink);
    if (this.#sinks.size === 0 && this.#state === 'reading') this.#stop();
    else this.#flow();
  }

  #stop(): void {
    const { stdin } = this.#options;
    this.#state = 'over';
    clearTimeout(this.#look);
    process.off('SIGCONT', this.#flow);
    stdin.off('data', this.#onData);
    stdin.off('end', this.#onEnd);
    stdin.pause();
    stdin.unref?.();
  }
}

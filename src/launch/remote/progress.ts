import { ProgressLine, terminalOf } from '../../base/progress-line.ts';
import type { JobContext } from '../job-context.ts';

/** What starts sooner needs no line of progress. */
const PATIENCE_MS = 1_000;

/** Shows how many hosts have joined, where somebody looks at it. */
export class HostProgress {
  readonly #hosts: number;
  readonly #context: JobContext;
  readonly #line: ProgressLine;
  readonly #timer: NodeJS.Timeout;
  #joined = 0;
  #visible = false;
  #done = false;

  constructor(
    hosts: number,
    context: JobContext,
    { quiet, verbose }: { quiet: boolean; verbose: boolean },
  ) {
    this.#hosts = hosts;
    this.#context = context;
    const terminal = quiet || verbose ? undefined : terminalOf(context.process.stderr);
    this.#line = new ProgressLine(terminal);
    this.#timer = setTimeout(() => this.#show(), PATIENCE_MS);
  }

  /** An agent runs. */
  joined(host: string, about: string): void {
    this.#joined += 1;
    this.#context.verbose(`${host} has joined (${this.#joined} of ${this.#hosts}), ${about}`);
    if (this.#visible) this.#show();
  }

  /** There is nothing more to wait for. Calling it again changes nothing. */
  done(): void {
    clearTimeout(this.#timer);
    this.#line.clear();
    this.#done = true;
  }

  #show(): void {
    if (this.#done) return;
    this.#visible = true;
    this.#line.show(`tsrun: ${this.#joined} of ${this.#hosts} hosts have joined`);
  }
}

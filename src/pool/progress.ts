/** How far a call has come. */
export interface ProgressReport {
  /** Items that have their results. */
  readonly done: number;
  /** Items in all; undefined while that is not known. */
  readonly total: number | undefined;
}

/** Where a bar can be drawn. */
export interface Terminal {
  readonly columns: number;
  write(text: string): void;
}

/** A bar is drawn again after so many milliseconds at the earliest. */
const FRAME_MS = 50;

/** Tells how far a call has come: to a function, and by a bar on a terminal. */
export class Progress {
  readonly #listener: ((report: ProgressReport) => void) | undefined;
  readonly #terminal: Terminal | undefined;
  readonly #label: string;
  readonly #now: () => number;
  readonly #began: number;
  #drawnAt = Number.NEGATIVE_INFINITY;
  #last: ProgressReport = { done: 0, total: undefined };

  constructor(
    label: string,
    now: () => number,
    listener: ((report: ProgressReport) => void) | undefined,
    terminal: Terminal | undefined,
  ) {
    this.#label = label;
    this.#now = now;
    this.#began = now();
    this.#listener = listener;
    this.#terminal = terminal;
  }

  /** @param total  Infinity if it is not known */
  show(done: number, total: number): void {
    this.#last = { done, total: Number.isFinite(total) ? total : undefined };
    this.#listener?.(this.#last);
    const now = this.#now();
    if (this.#terminal === undefined || now - this.#drawnAt < FRAME_MS) return;
    this.#drawnAt = now;
    this.#terminal.write(`\r${this.#line()}`);
  }

  /** Leave the line as it is in the end. */
  end(): void {
    this.#terminal?.write(`\r${this.#line()}\n`);
  }

  #line(): string {
    const seconds = (this.#now() - this.#began) / 1000;
    return drawBar(this.#label, this.#last, seconds, this.#terminal?.columns ?? 80);
  }
}

/** Draw a line with a bar as wide as there is room for. */
export function drawBar(
  label: string,
  { done, total }: ProgressReport,
  seconds: number,
  columns: number,
): string {
  const time = `${seconds.toFixed(1)} s`;
  if (total === undefined) return `${label} ${done} · ${time}`.slice(0, columns - 1);
  const count = `${done}/${total}`;
  const percent = `${total === 0 ? 100 : Math.floor((100 * done) / total)} %`.padStart(5);
  const room = Math.min(40, columns - 1 - `${label} [] ${percent} ${count} · ${time}`.length);
  const filled = total === 0 ? room : Math.floor((room * done) / total);
  const bar = room < 5 ? '' : ` [${'█'.repeat(filled)}${' '.repeat(room - filled)}]`;
  return `${label}${bar} ${percent} ${count} · ${time}`.slice(0, columns - 1);
}

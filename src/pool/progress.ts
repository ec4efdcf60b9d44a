/** How far a call has come. */
export interface ProgressReport {
  /** Items that have their results. */
  readonly done: number;
  /** Items in all; undefined while that is not known. */
  readonly total: number | undefined;
}

/** A line that shows progress, wherever that is. */
export interface Line {
  /** How many characters fit into it. */
  readonly room: number;
  show(text: string): void;
  /** Leave it as it is. */
  keep(): void;
}

/** A bar is drawn again after so many milliseconds at the earliest. */
const FRAME_MS = 50;

/** Tells how far a call has come: to a function, and by a bar on a terminal. */
export class Progress {
  readonly #listener: ((report: ProgressReport) => void) | undefined;
  readonly #bar: Line | undefined;
  readonly #label: string;
  readonly #now: () => number;
  readonly #began: number;
  #drawnAt = Number.NEGATIVE_INFINITY;
  #last: ProgressReport = { done: 0, total: undefined };

  constructor(
    label: string,
    now: () => number,
    listener: ((report: ProgressReport) => void) | undefined,
    bar: Line | undefined,
  ) {
    this.#label = label;
    this.#now = now;
    this.#began = now();
    this.#listener = listener;
    this.#bar = bar;
  }

  /** @param total  Infinity if it is not known */
  show(done: number, total: number): void {
    this.#last = { done, total: Number.isFinite(total) ? total : undefined };
    this.#listener?.(this.#last);
    const now = this.#now();
    if (this.#bar === undefined || now - this.#drawnAt < FRAME_MS) return;
    this.#drawnAt = now;
    this.#bar.show(this.#draw(this.#bar));
  }

  /** Leave the line as it is in the end. */
  end(): void {
    this.#bar?.show(this.#draw(this.#bar));
    this.#bar?.keep();
  }

  #draw({ room }: Line): string {
    const seconds = (this.#now() - this.#began) / 1000;
    return drawBar(this.#label, this.#last, seconds, room);
  }
}

/** Draw a line with a bar as wide as there is room for, in characters. */
export function drawBar(
  label: string,
  { done, total }: ProgressReport,
  seconds: number,
  room: number,
): string {
  const time = `${seconds.toFixed(1)} s`;
  if (total === undefined) return `${label} ${done} · ${time}`.slice(0, room);
  const count = `${done}/${total}`;
  const percent = `${total === 0 ? 100 : Math.floor((100 * done) / total)} %`.padStart(5);
  const width = Math.min(40, room - `${label} [] ${percent} ${count} · ${time}`.length);
  const filled = total === 0 ? width : Math.floor((width * done) / total);
  const bar = width < 5 ? '' : ` [${'█'.repeat(filled)}${' '.repeat(width - filled)}]`;
  return `${label}${bar} ${percent} ${count} · ${time}`.slice(0, room);
}

/** Where somebody looks. */
export interface Terminal {
  /** How many characters fit into a line. */
  readonly columns: number;
  write(text: string): void;
}

/** What a stream must have to be a terminal. */
export interface TerminalStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

const USUAL_COLUMNS = 80;

/** Takes away what stands in the line. */
export const ERASE_LINE = '\r\x1b[K';

/** The terminal that a stream leads to, if it does. */
export function terminalOf(stream: TerminalStream): Terminal | undefined {
  if (stream.isTTY !== true) return undefined;
  return {
    get columns() {
      return stream.columns || USUAL_COLUMNS;
    },
    write: (text) => void stream.write(text),
  };
}

/** A line of progress that is shown again and again, in the place of what it was before. Without a terminal nothing is. */
export class ProgressLine {
  readonly #terminal: Terminal | undefined;
  #shown = false;

  constructor(terminal: Terminal | undefined) {
    this.#terminal = terminal;
  }

  /** How much of a text is shown: the last column would begin a new line. */
  get room(): number {
    return (this.#terminal?.columns ?? USUAL_COLUMNS) - 1;
  }

  show(text: string): void {
    this.#shown = true;
    this.#terminal?.write(`${ERASE_LINE}${text.slice(0, this.room)}`);
  }

  /** Take it away. */
  clear(): void {
    if (this.#shown) this.#terminal?.write(ERASE_LINE);
    this.#shown = false;
  }

  /** Leave it as it is, and go on below. */
  keep(): void {
    if (this.#shown) this.#terminal?.write('\n');
    this.#shown = false;
  }
}

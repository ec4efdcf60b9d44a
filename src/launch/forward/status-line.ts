import { ERASE_LINE, ProgressLine } from '../../base/progress-line.ts';
import type { Cursor, Writer } from './cursor.ts';
import type { Sink } from './sink.ts';

/** So soon after other text it stands below that again. */
const BACK_MS = 50;

/** What a status line is part of. */
export interface StatusLineParts {
  readonly sink: Sink;
  readonly cursor: Cursor;
  /** How many characters fit into a line now. */
  columns(): number;
}

/** The last line of a terminal, which tells how far a rank has come: below all text, and never in the middle of it. */
export class StatusLine implements Writer {
  readonly eraser: Uint8Array = Buffer.from(ERASE_LINE);
  readonly #parts: StatusLineParts;
  readonly #line: ProgressLine;
  #text = '';
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: StatusLineParts) {
    this.#parts = parts;
    const { sink, columns } = parts;
    this.#line = new ProgressLine({
      get columns() {
        return columns();
      },
      write: (text) => sink.write(Buffer.from(text)),
    });
  }

  /** Show this from now on. */
  show(text: string): void {
    this.#text = text;
    this.#draw();
  }

  /** Take it away. @param kept  or leave it, as a line like any other */
  end(kept: boolean): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const { cursor, sink } = this.#parts;
    if (kept && !cursor.isOpen(this)) {
      cursor.enter(this, sink);
      this.#line.show(this.#text);
      cursor.leave(this, false);
    }
    this.#text = '';
    if (!cursor.isOpen(this)) return;
    if (kept) this.#line.keep();
    else this.#line.clear();
    cursor.leave(this, true);
  }

  brokenOff(): void {
    if (this.#text !== '') this.#timer ??= setTimeout(this.#goBack, BACK_MS);
  }

  goOn(): void {}

  readonly #goBack = (): void => {
    this.#timer = undefined;
    this.#draw();
  };

  #draw(): void {
    const { cursor } = this.#parts;
    if (this.#text === '') return;
    if (!cursor.isFree(this)) {
      // Behind a prompt, or within a long line, there is no place for it.
      this.brokenOff();
      return;
    }
    this.#line.show(this.#text);
    cursor.leave(this, false);
  }
}

import { NEWLINE } from './bytes.ts';
import type { Sink } from './sink.ts';

/** Somebody who may leave an unfinished line behind. */
export interface Writer {
  /** What takes its unfinished line away. Left out: that stays, and is ended. */
  readonly eraser?: Uint8Array;
  /** Take note that the unfinished line was broken off by somebody else's text. */
  brokenOff(): void;
  /** Go on after having waited for another one's long line. */
  goOn(): void;
}

/** How long others wait for the rest of a line that is passed on in pieces. */
const HOLD_MS = 250;

/**
 * Where the next byte of one destination will be seen: at the start of a line, or behind somebody's
 * unfinished one.
 */
export class Cursor {
  #open: Writer | undefined;
  #holder: Writer | undefined;
  #timer: NodeJS.Timeout | undefined;
  readonly #waiting = new Set<Writer>();

  /** Prepare `sink` for text of `writer`: another one's unfinished line is ended. */
  enter(writer: Writer | undefined, sink: Sink): void {
    if (this.#open === undefined || this.#open === writer) return;
    sink.write(this.#open.eraser ?? NEWLINE);
    this.#open.brokenOff();
    this.#open = undefined;
  }

  /** Take note of how `writer` left the line that it wrote last. */
  leave(writer: Writer | undefined, finished: boolean): void {
    this.#open = finished ? undefined : writer;
    if (finished && this.#holder === writer) this.release(writer);
  }

  /** Tell whether `writer` can write without breaking off anybody's line. */
  isFree(writer: Writer): boolean {
    const isOthers = this.#open !== undefined && this.#open !== writer;
    return !isOthers && this.#holder === undefined;
  }

  /** Tell whether `writer` left the unfinished line that stands last. */
  isOpen(writer: Writer): boolean {
    return this.#open === writer;
  }

  /** Take note that the terminal itself has begun a new line: the user typed one. */
  echoed(): void {
    this.#open?.brokenOff();
    this.#open = undefined;
  }

  /** Keep the others back for a moment: more of this long line is sure to come. */
  hold(writer: Writer, sink: Sink): void {
    if (this.#holder !== undefined) return;
    this.#holder = writer;
    this.#wait(sink);
  }

  /** Tell whether `writer` must wait; if so, its `goOn` is called later. */
  mustWait(writer: Writer): boolean {
    if (this.#holder === undefined || this.#holder === writer) return false;
    this.#waiting.add(writer);
    return true;
  }

  /** Let the others go on, if it is `writer` that kept them back. */
  release(writer: Writer | undefined): void {
    if (this.#holder === undefined || this.#holder !== writer) return;
    clearTimeout(this.#timer);
    this.#holder = undefined;
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const one of waiting) one.goOn();
  }

  #wait(sink: Sink): void {
    this.#timer = setTimeout(() => {
      // Time in which nothing can be written does not count.
      if (sink.full) this.#wait(sink);
      else this.release(this.#holder);
    }, HOLD_MS);
  }
}

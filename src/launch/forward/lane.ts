import type { Readable } from 'node:stream';
import { CR, completeLength, LF, NEWLINE } from './bytes.ts';
import type { Cursor, Writer } from './cursor.ts';
import { drain } from './drain.ts';
import type { Format } from './format.ts';
import type { Sink } from './sink.ts';
import type { Tail } from './tail.ts';

/** Lines up to this length are written in one piece. */
const LONGEST_LINE = 64 * 1024;

/** A prompt without line end is shown on a terminal after this time. */
const PROMPT_MS = 100;

/** What one lane joins. */
export interface LaneParts {
  readonly source: Readable;
  readonly sink: Sink;
  readonly cursor: Cursor;
  readonly format: Format;
  /** Keeps the last lines for the report of a failure. */
  readonly tail: Tail | undefined;
  /** Called once, when the last byte has been handed to the sink. */
  onEnd(): void;
}

/** One stream of one rank on its way to one sink: cuts it into lines, and stops it while there is no room. */
export class Lane implements Writer {
  readonly #parts: LaneParts;
  /** The begun line. */
  #line: Buffer[] = [];
  #lineBytes = 0;
  /** What came while another lane's long line was under way. */
  #queue: Buffer[] = [];
  #prompt: NodeJS.Timeout | undefined;
  #sourceEnded = false;
  #done = false;

  constructor(parts: LaneParts) {
    this.#parts = parts;
    const { source } = parts;
    source.on('data', (chunk: Buffer) => this.#arrive(chunk));
    for (const event of ['end', 'error', 'close']) {
      source.on(event, () => {
        this.#sourceEnded = true;
        this.#finishIfOver();
      });
    }
  }

  brokenOff(): void {
    this.#parts.format.brokenOff();
  }

  goOn(): void {
    while (this.#queue.length > 0 && !this.#parts.cursor.mustWait(this)) {
      this.#take(this.#queue.shift() ?? Buffer.alloc(0));
    }
    if (this.#queue.length > 0) return;
    this.#awaitPrompt(false);
    this.#finishIfOver();
    this.#flow();
  }

  /** Take what has arrived and end, though the source is still open. */
  abandon(): void {
    drain(this.#parts.source);
  }

  #arrive(chunk: Buffer): void {
    // Node makes the pipes of a dead child flow whether we paused them or not, so this may come at any time.
    if (this.#done) return;
    this.#parts.tail?.take(chunk);
    if (this.#queue.length > 0 || this.#parts.cursor.mustWait(this)) {
      this.#queue.push(chunk);
      this.#parts.source.pause();
      return;
    }
    this.#take(chunk);
    if (this.#parts.sink.full) this.#flow();
  }

  /** Let the source flow as soon as there is room for more. */
  #flow(): void {
    const { source, sink } = this.#parts;
    if (sink.full) {
      source.pause();
      sink.whenRoom(this.#onRoom);
    } else if (this.#queue.length === 0) {
      source.resume();
    }
  }

  readonly #onRoom = (): void => this.#flow();

  #take(chunk: Buffer): void {
    const end = chunk.lastIndexOf(LF) + 1;
    if (end > 0) {
      this.#line.push(chunk.subarray(0, end));
      this.#write(this.#takeLine(), true);
    }
    if (end < chunk.length) this.#keep(chunk.subarray(end));
    if (this.#lineBytes > LONGEST_LINE) {
      this.#writePiece();
      this.#parts.cursor.hold(this, this.#parts.sink);
    }
    this.#awaitPrompt(chunk.includes(CR));
  }

  #keep(bytes: Buffer): void {
    this.#line.push(bytes);
    this.#lineBytes += bytes.length;
    // Each part of a line that comes byte by byte costs far more than its byte.
    if (this.#line.length > 256) this.#line = [Buffer.concat(this.#line)];
  }

  #takeLine(): Buffer {
    const line = this.#line.length === 1 ? this.#line[0] : undefined;
    const bytes = line ?? Buffer.concat(this.#line);
    this.#line = [];
    this.#lineBytes = 0;
    return bytes;
  }

  /** Write the begun line as far as its characters are complete. */
  #writePiece(): void {
    const bytes = this.#takeLine();
    const complete = completeLength(bytes);
    if (complete < bytes.length) this.#keep(bytes.subarray(complete));
    if (complete > 0) this.#write(bytes.subarray(0, complete), false);
  }

  #write(bytes: Buffer, finished: boolean): void {
    const { cursor, sink, format } = this.#parts;
    cursor.enter(this, sink);
    sink.write(format.format(bytes));
    cursor.leave(this, finished || format.unfinished === 'split');
  }

  /**
   * Show the begun line soon, if nothing follows.
   *
   * A progress bar never pauses, but it writes CR: its time is not extended by what follows.
   */
  #awaitPrompt(progress: boolean): void {
    if (!this.#parts.sink.isTerminal || this.#parts.format.unfinished === 'split') return;
    const pending = this.#lineBytes > 0;
    if (pending && this.#prompt !== undefined && progress) return;
    clearTimeout(this.#prompt);
    this.#prompt = undefined;
    if (!pending) return;
    this.#prompt = setTimeout(() => {
      this.#prompt = undefined;
      if (this.#parts.cursor.mustWait(this)) return;
      if (this.#lineBytes > 0) this.#writePiece();
    }, PROMPT_MS);
  }

  #finishIfOver(): void {
    if (!this.#sourceEnded || this.#done || this.#queue.length > 0) return;
    const { cursor, sink, format } = this.#parts;
    if (this.#lineBytes > 0 && cursor.mustWait(this)) return;
    this.#done = true;
    clearTimeout(this.#prompt);
    if (this.#lineBytes > 0) this.#write(this.#takeLine(), false);
    if (format.unfinished === 'completed' && cursor.isOpen(this)) {
      sink.write(NEWLINE);
      cursor.leave(this, true);
    }
    cursor.release(this);
    this.#parts.onEnd();
  }
}

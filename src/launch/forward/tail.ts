import { LF } from './bytes.ts';

const LINES = 20;
const BYTES = 16 * 1024;

/** The end of a stream, kept for the report of a failure: its last 20 lines, within its last 16 KiB. */
export class Tail {
  #parts: Buffer[] = [];
  #length = 0;
  #cut = false;

  /** Take in the next bytes of the stream. */
  take(bytes: Buffer): void {
    this.#parts.push(bytes);
    this.#length += bytes.length;
    // Cut only at twice the size, so that a byte is seldom copied twice.
    if (this.#length > 2 * BYTES || this.#parts.length > 1024) this.#trim();
  }

  /** The last lines, oldest first, without line ends. */
  lines(): readonly string[] {
    this.#trim();
    const [bytes = Buffer.alloc(0)] = this.#parts;
    // What was cut in its middle is left out, unless it is all there is.
    const first = this.#cut ? bytes.indexOf(LF) + 1 : 0;
    const text = bytes.subarray(first < bytes.length ? first : 0).toString();
    const lines = text.split(/\r?\n/);
    if (lines.at(-1) === '') lines.pop();
    return lines.slice(-LINES);
  }

  #trim(): void {
    const all = Buffer.concat(this.#parts);
    if (all.length > BYTES) this.#cut = true;
    // A copy, so that a large chunk is not kept alive by its end.
    const kept = Buffer.from(all.subarray(-BYTES));
    this.#parts = [kept];
    this.#length = kept.length;
  }
}

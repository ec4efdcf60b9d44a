import { LF } from './bytes.ts';
import type { Format } from './format.ts';

/** What Node says of its debugger, and the line with which it then points to its pages: the same for each rank. */
const SAID = ['listening on ws://', 'attached.', 'ending on ws://'].map((text) =>
  Buffer.from(`Debugger ${text}`),
);
const HELP = Buffer.from('For help, see: https://nodejs.org/');

/**
 * Show the bytes as they are, but for what Node says of its debugger under `--inspect`: who connects to an address must know
 * which rank is there.
 */
export class DebuggerLines implements Format {
  readonly unfinished = 'stays';
  readonly #name: Buffer;
  /** The next byte begins a line. */
  #begins = true;

  /** @param name  of the rank */
  constructor(name: string) {
    this.#name = Buffer.from(`${name}: `);
  }

  format(bytes: Buffer): Buffer {
    if (![...SAID, HELP].some((text) => bytes.includes(text))) {
      this.#begins = bytes.at(-1) === LF;
      return bytes;
    }
    const shown: Buffer[] = [];
    for (let at = 0; at < bytes.length; ) {
      const end = bytes.indexOf(LF, at) + 1 || bytes.length;
      const line = bytes.subarray(at, end);
      const isFirst = this.#begins;
      this.#begins = line.at(-1) === LF;
      at = end;
      if (isFirst && startsWith(line, HELP)) continue;
      if (isFirst && SAID.some((text) => startsWith(line, text))) shown.push(this.#name);
      shown.push(line);
    }
    return Buffer.concat(shown);
  }

  brokenOff(): void {
    this.#begins = true;
  }
}

function startsWith(line: Buffer, text: Buffer): boolean {
  return line.subarray(0, text.length).equals(text);
}

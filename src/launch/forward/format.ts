import { isUtf8 } from 'node:buffer';
import { afterBreak, CR, LF } from './bytes.ts';

/** How the text of one stream of one rank is shown. */
export interface Format {
  /**
   * What becomes of a line without line end: it stays so, it gets one when the stream ends, or each
   * piece of it is a whole line in what is written.
   */
  readonly unfinished: 'stays' | 'completed' | 'split';

  /**
   * Turn the next bytes of the stream into what is written.
   *
   * The bytes end with a line, or with a piece of one that is too long to wait for or is shown early.
   */
  format(bytes: Buffer): Buffer;

  /** Take note that the unfinished line was broken off by somebody else's text. */
  brokenOff(): void;
}

/** Show the bytes as they are. */
export const RAW: Format = {
  unfinished: 'stays',
  format: (bytes) => bytes,
  brokenOff: () => {},
};

/** Put a tag before every line, and again wherever a line break of another kind begins one. */
export class Tagged implements Format {
  readonly unfinished = 'completed';
  readonly #tag: () => Buffer;
  /** A tag is due before the next byte. */
  #due = true;
  #afterReturn = false;

  constructor(tag: () => Buffer) {
    this.#tag = tag;
  }

  format(bytes: Buffer): Buffer {
    const starts: number[] = [];
    let at = 0;
    while (at < bytes.length) {
      // The LF of a CR LF begins nothing.
      if (this.#due && !(this.#afterReturn && bytes[at] === LF)) starts.push(at);
      const end = afterBreak(bytes, at);
      this.#due = end !== undefined;
      this.#afterReturn = end !== undefined && bytes[end - 1] === CR;
      at = end ?? bytes.length;
    }
    return insertBefore(bytes, starts, this.#tag());
  }

  brokenOff(): void {
    this.#due = true;
    this.#afterReturn = false;
  }
}

function insertBefore(bytes: Buffer, starts: readonly number[], tag: Buffer): Buffer {
  const result = Buffer.allocUnsafe(bytes.length + starts.length * tag.length);
  let from = 0;
  let to = 0;
  for (const start of starts) {
    to += bytes.copy(result, to, from, start);
    to += tag.copy(result, to);
    from = start;
  }
  bytes.copy(result, to, from);
  return result;
}

/** What a JSON record says besides the text. */
export interface Origin {
  readonly rank: number;
  /** What runs, if it was spawned; `rank` is that in its own world then. */
  readonly program?: string | undefined;
  readonly host: string;
  readonly stream: 'stdout' | 'stderr';
  /** Count the records of this rank, over both streams. */
  nextSeq(): number;
  now(): Date;
}

/**
 * Write each line as one JSON object.
 *
 * `text` is the line without its line end; a piece of a line, or a last line that had no line end,
 * says `"newline":false`. Bytes that are no UTF-8 are replaced in `text`, and stand exactly in `base64`.
 */
export class JsonLines implements Format {
  readonly unfinished = 'split';
  readonly #origin: Origin;

  constructor(origin: Origin) {
    this.#origin = origin;
  }

  format(bytes: Buffer): Buffer {
    const time = this.#origin.now().toISOString();
    let text = '';
    for (let at = 0; at < bytes.length; ) {
      const end = bytes.indexOf(LF, at);
      const line = bytes.subarray(at, end < 0 ? bytes.length : end);
      text += `${JSON.stringify(this.#record(line, time, end >= 0))}\n`;
      at += line.length + 1;
    }
    return Buffer.from(text);
  }

  brokenOff(): void {}

  #record(line: Buffer, time: string, newline: boolean): object {
    const { rank, program, host, stream } = this.#origin;
    return {
      rank,
      ...(program === undefined ? {} : { program }),
      host,
      stream,
      seq: this.#origin.nextSeq(),
      time,
      text: line.toString(),
      ...(newline ? {} : { newline }),
      ...(isUtf8(line) ? {} : { base64: line.toString('base64') }),
    };
  }
}

import type { Readable } from 'node:stream';
import { AGENT_MARK } from './protocol.ts';

/** The first word of ours that came from a host. */
export interface Greeting {
  /** What it is: `hello` if the agent runs. */
  readonly word: string;
  /** The rest of the line. */
  readonly text: string;
}

/** More than this before the first word of ours is no login message any more. */
const MOST_NOISE_BYTES = 1024 * 1024;

const MARK = Buffer.from(`${AGENT_MARK} `);
const LF = 0x0a;

/**
 * Read up to our own first line, and leave what follows it in the stream, which then stands still.
 *
 * Login shells print: what stands before that line is none of ours and is left out.
 *
 * @returns `ended` if the stream ends without it, `noise` if it goes on for too long
 */
export function readGreeting(stream: Readable): Promise<Greeting | 'ended' | 'noise'> {
  return new Promise((resolve) => {
    let bytes: Buffer = Buffer.alloc(0);
    const finish = (greeting: Greeting | 'ended' | 'noise'): void => {
      stream.off('data', onData);
      stream.off('end', onEnd);
      stream.off('close', onEnd);
      resolve(greeting);
    };
    const onEnd = (): void => finish('ended');
    const onData = (chunk: Buffer): void => {
      bytes = Buffer.concat([bytes, chunk]);
      const start = lineStart(bytes);
      const end = start < 0 ? -1 : bytes.indexOf(LF, start);
      if (end >= 0) {
        stream.pause();
        const rest = bytes.subarray(end + 1);
        if (rest.length > 0) stream.unshift(rest);
        const [, word = '', text = ''] =
          /^(\S*) ?(.*?)\r?$/s.exec(bytes.toString('utf8', start + MARK.length, end)) ?? [];
        finish({ word, text });
      } else if (bytes.length > MOST_NOISE_BYTES) {
        stream.pause();
        finish('noise');
      }
    };
    stream.on('data', onData);
    stream.on('end', onEnd);
    stream.on('close', onEnd);
  });
}

/** Find our mark at the beginning of a line. */
function lineStart(bytes: Buffer): number {
  for (let at = bytes.indexOf(MARK); at >= 0; at = bytes.indexOf(MARK, at + 1)) {
    if (at === 0 || bytes[at - 1] === LF) return at;
  }
  return -1;
}

import type { Socket } from 'node:net';
import type { ToRank } from '../../control/message.ts';
import { parseFromRank } from './from-rank.ts';
import type { OnMessage } from './start.ts';

/** A longer line is no message of ours and is dropped without being held in memory. */
const MAX_LINE_CHARS = 16 * 1024 * 1024;

/** The launcher's end of the pipe that a rank knows as `process.send` and `process.on('message')`. */
export interface ControlPipe {
  send(message: ToRank): void;
  /** Resolves once the rank's end is closed and everything read from it was handed on. */
  readonly ended: Promise<void>;
  close(): void;
}

/**
 * Speak Node's IPC over a plain pipe: one JSON value a line.
 *
 * Node's own end of it throws out of the event loop on a line that is not JSON, so that any rank, or
 * a shell in between, could end the launcher with one stray write. Here such a line is dropped.
 */
export function openControlPipe(socket: Socket, onMessage: OnMessage): ControlPipe {
  const lines = new LineSplitter(MAX_LINE_CHARS);
  socket.setEncoding('utf8');
  socket.on('data', (chunk: string) => {
    for (const line of lines.push(chunk)) {
      const message = parseLine(line);
      if (message !== undefined) onMessage(message);
    }
  });
  // A rank that is gone shows as EPIPE or ECONNRESET; that it ended is told by the process.
  socket.on('error', () => {});
  const ended = new Promise<void>((resolve) => {
    socket.once('close', () => resolve());
  });
  return {
    send: (message) => {
      if (socket.writable) socket.write(`${JSON.stringify(message)}\n`);
    },
    ended,
    close: () => {
      socket.destroy();
    },
  };
}

function parseLine(line: string): ReturnType<typeof parseFromRank> {
  try {
    return parseFromRank(JSON.parse(line));
  } catch {
    return undefined;
  }
}

/** Cuts a stream of text into lines, and skips those longer than `maxChars`. */
class LineSplitter {
  readonly #maxChars: number;
  #parts: string[] = [];
  #chars = 0;

  constructor(maxChars: number) {
    this.#maxChars = maxChars;
  }

  /** Take in a chunk and return the lines that it completes. */
  push(chunk: string): string[] {
    const pieces = chunk.split('\n');
    const rest = pieces.pop() ?? '';
    const complete: string[] = [];
    for (const piece of pieces) {
      this.#keep(piece);
      if (this.#chars <= this.#maxChars) complete.push(this.#parts.join(''));
      this.#parts = [];
      this.#chars = 0;
    }
    this.#keep(rest);
    return complete;
  }

  #keep(piece: string): void {
    this.#chars += piece.length;
    if (this.#chars <= this.#maxChars) this.#parts.push(piece);
    else this.#parts = [];
  }
}

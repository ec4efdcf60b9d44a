import type { Socket } from 'node:net';
import { LineSplitter } from '../../control/line-splitter.ts';
import type { ToRank } from '../../control/message.ts';
import { parseFromRank } from './from-rank.ts';
import type { OnMessage } from './start.ts';

/** A longer line is no message of ours and is dropped without being held in memory. */
const MAX_LINE_CHARS = 16 * 1024 * 1024;

/** The launcher's end of the pipe to a rank. */
export interface ControlPipe {
  send(message: ToRank): void;
  /** Resolves once the rank's end is closed and everything read from it was handed on. */
  readonly ended: Promise<void>;
  close(): void;
}

/**
 * Talk to a rank over a plain pipe: one JSON value a line.
 *
 * A line that is none of ours, from the rank or from a shell in between, is dropped: Node's own IPC
 * would throw out of the event loop, and end the launcher.
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
  // A rank that is gone shows as ECONNRESET; that it ended is told by the process.
  socket.on('error', () => {});
  const ended = new Promise<void>((resolve) => {
    socket.once('close', () => resolve());
  });
  return {
    send: (message) => {
      // Not `write`: if the rank is gone, that would destroy the socket, and with it the last words of
      // the rank that nobody has read yet.
      if (socket.writable) socket._write(`${JSON.stringify(message)}\n`, 'utf8', () => {});
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

import { Socket } from 'node:net';
import { LineSplitter } from './line-splitter.ts';
import type { FromRank, ToRank } from './message.ts';

/** The descriptor that every rank is started with, beside the three standard ones. */
export const CONTROL_FD = 3;

/** No message of a launcher is longer. */
const MAX_LINE_CHARS = 16 * 1024 * 1024;

/** A rank's end of the pipe to its launcher. */
export interface ControlPipe {
  /** Send a message. It has left the process when this returns, unless very much is under way. */
  send(message: FromRank): void;
  /** Set who takes in messages. */
  onMessage(handler: (message: ToRank) => void): void;
  /** Set what happens when the launcher is gone. */
  onLost(handler: () => void): void;
  /** Keep the process alive for messages, until `release` was called as often as this. */
  hold(): void;
  release(): void;
  /** Keep the process alive no longer, whoever holds it, or as before. */
  rest(resting: boolean): void;
}

/**
 * Talk to the launcher over the pipe that this process was started with: one JSON value a line.
 *
 * Node's own channel would do the same, but takes 6 ms to set up, shows itself to the program as
 * `process.send`, and exists on one host only.
 */
export function openControlPipe(): ControlPipe {
  return controlPipeOver(new Socket({ fd: CONTROL_FD, readable: true, writable: true }));
}

/** Talk to a launcher over this pipe. */
export function controlPipeOver(socket: Socket): ControlPipe {
  socket.unref();
  socket.setEncoding('utf8');
  const lines = new LineSplitter(MAX_LINE_CHARS);
  let handler: (message: ToRank) => void = () => {};
  let holds = 0;
  let resting = false;
  const update = (): void => {
    if (holds > 0 && !resting) socket.ref();
    else socket.unref();
  };
  socket.on('data', (chunk: string) => {
    for (const line of lines.push(chunk)) handler(JSON.parse(line) as ToRank);
  });
  // A launcher that is gone shows as the end of the pipe, or as an error of a write to it.
  socket.on('error', () => {});
  return {
    send: (message) => {
      if (socket.writable) socket.write(`${JSON.stringify(message)}\n`);
    },
    onMessage: (next) => {
      handler = next;
    },
    onLost: (lost) => {
      socket.on('close', lost);
    },
    hold: () => {
      holds += 1;
      if (holds === 1) update();
    },
    release: () => {
      holds -= 1;
      if (holds === 0) update();
    },
    rest: (rests) => {
      resting = rests;
      update();
    },
  };
}

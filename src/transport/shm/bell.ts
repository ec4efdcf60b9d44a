import { closeSync, constants, openSync, writeSync } from 'node:fs';
import { Socket } from 'node:net';

/** The bell of this rank: others ring it to wake its event loop. */
export interface Bell {
  /** Whether waiting for it keeps the process alive. */
  hold(held: boolean): void;
  close(): void;
}

/** Listen to an open pipe. */
export function openBell(file: number, onRing: () => void): Bell {
  const socket = new Socket({ fd: file, readable: true, writable: false });
  socket.on('data', onRing);
  socket.on('error', () => {});
  socket.unref();
  return {
    hold: (held) => {
      if (held) socket.ref();
      else socket.unref();
    },
    close: () => {
      socket.destroy();
    },
  };
}

const RING = new Uint8Array(1);

/** Rings the bell of another rank, whose pipe is opened on first use. */
export class BellRope {
  readonly #path: string;
  #file: number | undefined;

  constructor(path: string) {
    this.#path = path;
  }

  ring(): void {
    try {
      this.#file ??= openSync(this.#path, constants.O_WRONLY | constants.O_NONBLOCK);
      writeSync(this.#file, RING);
    } catch {
      // Full: it rings already. Without a reader, or no longer there: that rank is gone, or going.
    }
  }

  close(): void {
    if (this.#file !== undefined) closeSync(this.#file);
    this.#file = undefined;
  }
}

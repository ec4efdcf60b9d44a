import type { Socket } from 'node:net';
import { PassThrough, type Readable } from 'node:stream';
import type { ToRank } from '../../control/message.ts';
import { type ControlPipe, openControlPipe } from '../start/control-pipe.ts';
import type { OnMessage, RankEnd, StartedRank } from '../start/start.ts';

/**
 * The program that has started this launcher, as a rank.
 *
 * Its output and input are its own. Nobody tells how it ends, only that it did, by the end of the pipe.
 */
export class AdoptedRank implements StartedRank {
  readonly rank = 0;
  readonly pid: number;
  readonly stdin = undefined;
  readonly stdout: Readable = new PassThrough().end();
  readonly stderr: Readable = new PassThrough().end();
  readonly ended: Promise<RankEnd>;
  readonly #pipe: ControlPipe;
  #alive = true;
  #finalized = false;

  /** @param onLeft  is called if the program ends while others may still need it, before `ended` resolves */
  constructor(pid: number, socket: Socket, onMessage: OnMessage, onLeft: () => void) {
    this.pid = pid;
    this.#pipe = openControlPipe(socket, onMessage);
    this.ended = this.#pipe.ended.then(() => {
      this.#alive = false;
      if (!this.#finalized) onLeft();
      return { code: 0, signal: null };
    });
  }

  send(message: ToRank): void {
    if (message.kind === 'finalized') this.#finalized = true;
    this.#pipe.send(message);
  }

  /** Signal the program alone: its process group is not of our making. */
  kill(signal: NodeJS.Signals): void {
    // While the other end of the pipe is open, the number is nobody else's.
    if (!this.#alive) return;
    try {
      process.kill(this.pid, signal);
    } catch {
      // It ends at this moment.
    }
  }

  alive(): boolean {
    return this.#alive;
  }
}

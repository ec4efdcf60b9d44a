import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Dealer, Pull, Push, Router } from 'zeromq';

/** After so many bytes the event loop gets a turn, so that a flood of messages does not stop timers. */
const BYTES_PER_TURN = 2 * 2 ** 20;

/**
 * Reads one socket while that is wanted.
 *
 * A read that waits keeps the process alive and cannot be called off. So there is a bell: a socket of
 * this very process, whose empty message ends the wait.
 */
export class Intake {
  readonly #socket: Pull | Router;
  readonly #bell: Push | Dealer;
  readonly #take: (parts: Buffer[]) => Promise<void> | undefined;
  readonly #onBroken: (error: Error) => void;
  #wanted = false;
  #reading = false;
  /** Whether the bell's message is under way: one at a time is enough to wake the reader. */
  #rung = false;
  #closed = false;

  /** @param bell  is connected to `socket` already */
  constructor(
    socket: Pull | Router,
    bell: Push | Dealer,
    take: (parts: Buffer[]) => Promise<void> | undefined,
    onBroken: (error: Error) => void,
  ) {
    this.#socket = socket;
    this.#bell = bell;
    this.#take = take;
    this.#onBroken = onBroken;
  }

  /** Read from now on, or read no more. What arrives meanwhile waits in ZeroMQ. */
  listen(wanted: boolean): void {
    if (this.#closed) return;
    this.#wanted = wanted;
    if (wanted && !this.#reading) {
      this.#reading = true;
      this.#start();
    } else if (!wanted && this.#reading && !this.#rung) {
      this.#rung = true;
      this.#bell.send('').catch((error: Error) => this.#fail(error));
    }
  }

  close(): void {
    this.#closed = true;
    this.#wanted = false;
    this.#socket.close();
    this.#bell.close();
  }

  #start(): void {
    this.#read().catch((error: NodeJS.ErrnoException) => {
      // ZeroMQ may wake a reader for nothing.
      if (error.code === 'EAGAIN' && !this.#closed) this.#start();
      else this.#fail(error);
    });
  }

  async #read(): Promise<void> {
    let bytes = 0;
    while (this.#wanted) {
      const parts = await this.#socket.receive();
      if (this.#closed) return;
      if (isBell(parts)) {
        this.#rung = false;
        continue;
      }
      for (let n = 0; n < parts.length; n += 1) bytes += (parts[n] as Buffer).length;
      const taking = this.#take(parts);
      if (taking !== undefined) await taking;
      if (bytes >= BYTES_PER_TURN) {
        bytes = 0;
        await nextTurn();
      }
    }
    this.#reading = false;
  }

  /** The errors of sockets that were closed are no news. */
  #fail(error: Error): void {
    if (!this.#closed) this.#onBroken(error);
  }
}

/** A router puts the name of the sender before the message. */
function isBell(parts: readonly Buffer[]): boolean {
  return parts.length <= 2 && parts[parts.length - 1]?.length === 0;
}

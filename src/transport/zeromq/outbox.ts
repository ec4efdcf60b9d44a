import type { Push } from 'zeromq';
import type { Frame } from '../transport.ts';
import { BatchWriter } from './batch.ts';

/**
 * The way to one peer: frames go out in order, and those that come while a send is under way leave
 * together with the next one.
 */
export class Outbox {
  readonly #batch: BatchWriter;
  readonly #connect: () => Promise<Push>;
  readonly #onBroken: (error: Error) => void;
  #socket: Push | undefined;
  #sending = false;
  #closed = false;

  /** @param connect  is called once, for the first frame */
  constructor(source: number, connect: () => Promise<Push>, onBroken: (error: Error) => void) {
    this.#batch = new BatchWriter(source);
    this.#connect = connect;
    this.#onBroken = onBroken;
  }

  add({ header, payload }: Frame): void {
    if (this.#closed) return;
    this.#batch.add(header, payload);
    if (this.#sending) return;
    this.#sending = true;
    this.#sendAll().catch((error: Error) => {
      // The errors of a socket that was closed are no news.
      if (!this.#closed) this.#onBroken(error);
    });
  }

  /** Send nothing more. What ZeroMQ has taken already may still leave within its linger. */
  close(): void {
    this.#closed = true;
    this.#socket?.close();
  }

  async #sendAll(): Promise<void> {
    this.#socket ??= await this.#connect();
    while (!this.#closed && !this.#batch.empty) await this.#socket.send(this.#batch.take());
    if (this.#closed) this.#socket.close();
    this.#sending = false;
  }
}

import type { Push } from 'zeromq';
import type { Frame } from '../transport.ts';
import { BatchWriter } from './batch-writer.ts';

/**
 * A peer that was silent for so long although it was sent pieces may have lost them with a connection, and
 * could not know. It need not: it may compute, and then what it is asked waits for it.
 */
const SILENCE_MS = 1_000;

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
  #silence: NodeJS.Timeout | undefined;
  /** Whether the peer has told something since the timer began. */
  #heard = false;
  /** Those who wait until all has left. */
  #onIdle: (() => void)[] = [];

  /** @param connect  is called once, for the first message */
  constructor(source: number, connect: () => Promise<Push>, onBroken: (error: Error) => void) {
    this.#batch = new BatchWriter(source);
    this.#connect = connect;
    this.#onBroken = onBroken;
  }

  /** Whether the peer is yet to tell that it has what is under way. */
  get awaitsPeer(): boolean {
    return !this.#closed && this.#batch.awaitsPeer;
  }

  /** @returns as `Transport.send` */
  add({ header, payload }: Frame): Promise<void> | undefined {
    if (this.#closed) return undefined;
    const done = this.#batch.add(header, payload);
    if (!this.#sending) this.#begin();
    if (done !== undefined) this.#awaitPeer();
    return done;
  }

  /** Tell the peer that so many of its pieces were taken. */
  tell(pieces: number): void {
    if (this.#closed) return;
    this.#batch.tell(pieces);
    if (!this.#sending) this.#begin();
  }

  /** Take in that the peer has taken so many pieces. */
  taken(pieces: number): void {
    this.#heard = true;
    this.#batch.taken(pieces);
    if (!this.#sending && !this.#closed) this.#begin();
  }

  /** Resolve once ZeroMQ has taken all that was added. */
  drain(): Promise<void> {
    if (!this.#sending || this.#closed) return Promise.resolve();
    return new Promise((resolve) => this.#onIdle.push(resolve));
  }

  /** The peer is gone: send nothing more, and wait for nothing. */
  forget(): void {
    // What ZeroMQ has taken would hold up the end of the process for nothing.
    if (this.#socket !== undefined && !this.#closed) this.#socket.linger = 0;
    this.close();
    this.#batch.forget();
  }

  /** Send nothing more. What ZeroMQ has taken already may still leave within its linger. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#silence);
    this.#socket?.close();
    this.#tellIdle();
  }

  #awaitPeer(): void {
    if (this.#silence !== undefined) return;
    this.#heard = false;
    this.#silence = setTimeout(() => {
      this.#silence = undefined;
      if (!this.awaitsPeer) return;
      if (!this.#heard) this.#batch.mark();
      if (!this.#sending) this.#begin();
      this.#awaitPeer();
    }, SILENCE_MS).unref();
  }

  #begin(): void {
    this.#sending = true;
    if (this.#socket !== undefined) this.#sendNext();
    else this.#connect().then((socket) => this.#connected(socket), this.#fail);
  }

  #connected(socket: Push): void {
    this.#socket = socket;
    if (this.#closed) socket.close();
    else this.#sendNext();
  }

  readonly #sendNext = (): void => {
    const message = this.#closed ? undefined : this.#batch.take();
    this.#sending = message !== undefined;
    if (message === undefined) {
      this.#tellIdle();
      return;
    }
    try {
      this.#socket?.send(message).then(this.#sendNext, this.#fail);
    } catch (error) {
      this.#fail(error as Error);
    }
  };

  #tellIdle(): void {
    for (const resolve of this.#onIdle.splice(0)) resolve();
  }

  /** The errors of a socket that was closed are no news. */
  readonly #fail = (error: Error): void => {
    if (!this.#closed) this.#onBroken(error);
  };
}

import type { Socket } from 'node:net';
import { MpiError } from '../base/error.ts';
import { FrameSplitter, frameOf } from './frames.ts';
import type { Seal } from './seal.ts';

/** A host that is gone says nothing: after so long its silence is looked into. */
const PROBE_AFTER_MS = 10_000;

interface Waiter {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

/** What two roots say to each other: one JSON value after the other, in order. It keeps no process alive unless it is held. */
export class Talk {
  readonly socket: Socket;
  readonly #seal: Seal | undefined;
  readonly #frames = new FrameSplitter();
  readonly #arrived: unknown[] = [];
  #waiter: Waiter | undefined;
  #onMessage: ((message: unknown) => void) | undefined;
  #onEnd: () => void = () => {};
  #ended = false;

  constructor(socket: Socket, seal?: Seal) {
    this.socket = socket;
    this.#seal = seal;
    socket.setKeepAlive(true, PROBE_AFTER_MS);
    socket.unref();
    socket.on('error', () => {});
    socket.on('close', () => this.#end());
    socket.on('data', (chunk: Buffer) => this.#take(chunk));
  }

  get ended(): boolean {
    return this.#ended;
  }

  send(message: unknown): void {
    if (this.#ended || !this.socket.writable) return;
    const content = new TextEncoder().encode(JSON.stringify(message));
    this.socket.write(frameOf(this.#seal?.seal(content) ?? content));
  }

  /** Resolve to what the other side says next. @throws MpiError `ERR_PROC_FAILED` once it is gone */
  next(): Promise<unknown> {
    if (this.#arrived.length > 0) return Promise.resolve(this.#arrived.shift());
    if (this.#ended) return Promise.reject(goneError());
    return new Promise((resolve, reject) => {
      this.#waiter = { resolve, reject };
    });
  }

  /** Have all that is said from now on taken in by a function, and then the end. */
  listen(onMessage: (message: unknown) => void, onEnd: () => void): void {
    this.#onMessage = onMessage;
    this.#onEnd = onEnd;
    for (const message of this.#arrived.splice(0)) onMessage(message);
    if (this.#ended) onEnd();
  }

  hold(): void {
    this.socket.ref();
  }

  release(): void {
    this.socket.unref();
  }

  /** Say nothing more: what was said still leaves. */
  close(): void {
    this.#onEnd = () => {};
    this.socket.end();
    // The other side may say something more, which nobody is to wait for.
    this.socket.resume();
    this.socket.unref();
  }

  #take(chunk: Buffer): void {
    try {
      for (const frame of this.#frames.push(chunk)) {
        const content = this.#seal?.open(frame) ?? frame;
        this.#deliver(JSON.parse(new TextDecoder().decode(content)));
      }
    } catch {
      // Whatever that is, it is not one of us.
      this.socket.destroy();
    }
  }

  #deliver(message: unknown): void {
    const waiter = this.#waiter;
    if (this.#onMessage !== undefined) this.#onMessage(message);
    else if (waiter === undefined) this.#arrived.push(message);
    else {
      this.#waiter = undefined;
      waiter.resolve(message);
    }
  }

  #end(): void {
    this.#ended = true;
    this.#waiter?.reject(goneError());
    this.#waiter = undefined;
    this.#onEnd();
  }
}

function goneError(): MpiError {
  return new MpiError('ERR_PROC_FAILED', 'the other job is gone: its connection has ended');
}

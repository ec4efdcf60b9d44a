import type { TransportEvents } from '../../src/transport/transport.ts';
import { deferred } from './deferred.ts';

/** A frame as it arrived. */
export interface Arrival {
  readonly source: number;
  readonly header: Int32Array;
  /** As it came if it was given, else a copy. */
  readonly payload: Uint8Array;
  readonly given: boolean;
}

/** Takes in the frames of one rank, by the rules of the contract, and tells when so many are there. */
export class Inbox implements TransportEvents {
  readonly frames: Arrival[] = [];
  readonly errors: Error[] = [];
  /** Names of the classes that payloads came as. */
  readonly types: Set<string> = new Set();
  /** Runs within `onFrame`, after the frame was noted. */
  react: ((frame: Arrival) => void) | undefined;
  #waiters: { readonly done: () => boolean; readonly resolve: () => void }[] = [];

  readonly onFrame = (source: number, header: Int32Array, payload: Uint8Array): void => {
    const given = payload.byteOffset === 0 && payload.byteLength === payload.buffer.byteLength;
    const kept = given ? payload : new Uint8Array(payload);
    const frame = { source, header: new Int32Array(header), payload: kept, given };
    this.frames.push(frame);
    this.types.add(payload.constructor.name);
    this.#wake();
    this.react?.(frame);
  };

  readonly onBroken = (error: Error): void => {
    this.errors.push(error);
    this.#wake();
  };

  /** Frames of one source, oldest first. */
  from(source: number): Arrival[] {
    return this.frames.filter((frame) => frame.source === source);
  }

  /** Resolve once this many frames have come. */
  arrived(count: number): Promise<void> {
    return this.#until(() => this.frames.length >= count);
  }

  /** Resolve to the error that broke the transport. */
  async broken(): Promise<Error> {
    await this.#until(() => this.errors.length > 0);
    return this.errors[0] as Error;
  }

  #until(done: () => boolean): Promise<void> {
    if (done()) return Promise.resolve();
    const { promise, resolve } = deferred<void>();
    this.#waiters.push({ done, resolve });
    return promise;
  }

  #wake(): void {
    for (const { done, resolve } of this.#waiters) if (done()) resolve();
    this.#waiters = this.#waiters.filter(({ done }) => !done());
  }
}

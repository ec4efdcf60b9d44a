import { MpiError } from '../base/error.ts';
import { Request } from '../request/request.ts';

/**
 * An operation whose arguments are fixed once, to be started many times.
 *
 * Values and arrays are read anew at each start. @see MPI-4.1 §3.9, §6.13
 */
export class PersistentRequest<T> {
  readonly #begin: () => Request<T>;
  #current: Request<T> | undefined;

  /** Made by `sendInit`, `receiveInit`, `broadcastInit` and the like. */
  constructor(begin: () => Request<T>) {
    this.#begin = begin;
  }

  /** Whether it was started and is not complete. */
  get active(): boolean {
    return this.#current !== undefined && !this.#current.test();
  }

  /** Start it. Rejects with `ERR_REQUEST` while it is still active. @see MPI-4.1 §3.9 MPI_Start */
  start(): Request<T> {
    if (this.active) {
      const request = new Request<T>();
      const error = new MpiError(
        'ERR_REQUEST',
        'start: this persistent request is still active; await the request of its last start first',
      );
      Request.fail(request, () => error);
      return request;
    }
    this.#current = this.#begin();
    return this.#current;
  }
}

/** Start several persistent requests, in the order of the list. @see MPI-4.1 §3.9 MPI_Startall */
export function startAll<T>(requests: readonly PersistentRequest<T>[]): Request<T>[] {
  return requests.map((request) => request.start());
}

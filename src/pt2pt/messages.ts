import type { Request } from '../request/request.ts';
import type { Status } from '../request/status.ts';

/** One message of a stream of them. */
export interface Received<T> {
  readonly value: T;
  readonly status: Status;
}

/**
 * Receive one message after the other for as long as the loop over them goes on.
 *
 * Nothing is received ahead: a receive is started when the loop asks for the next message. Leaving the
 * loop calls off a receive that is still pending.
 */
export function messages<T>(receive: () => Request<T>): AsyncIterableIterator<Received<T>> {
  let pending: Request<T> | undefined;
  return {
    async next() {
      pending = receive();
      const request = pending;
      const value = await request;
      if (pending === request) pending = undefined;
      return { done: false, value: { value, status: request.status as Status } };
    },
    async return() {
      await pending?.cancel();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

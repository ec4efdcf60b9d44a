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
  // A loop asks for one at a time; who calls next() by hand may ask for several.
  const pending = new Set<Request<T>>();
  let left = false;
  return {
    async next() {
      if (left) return { done: true, value: undefined };
      const request = receive();
      pending.add(request);
      try {
        const value = await request;
        return { done: false, value: { value, status: request.status as Status } };
      } finally {
        pending.delete(request);
      }
    },
    async return() {
      left = true;
      await Promise.all([...pending].map((request) => request.cancel()));
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

import { type Request, waitAll, world } from 'tsmpi';
import type { Exercise } from '../pace.ts';
import { checkMark, mark, nextMark, writtenArray } from './array.ts';
import { checkValue } from './value.ts';

/** How many messages of so many bytes are under way at once. */
export function windowOf(bytes: number): number {
  if (bytes <= 2 ** 20) return 64;
  return bytes <= 2 ** 24 ? 16 : 4;
}

/**
 * One window: rank 0 sends so many messages at once, and rank 1 answers when it has all of them.
 *
 * @param value  what to send, the same object each time
 * @param post  start the receive of the message with this number within its window
 * @param check  look at what came last, on rank 1
 */
function windows(
  window: number,
  value: unknown,
  post: (number: number) => Request<unknown>,
  check: (received: readonly unknown[]) => void,
): Exercise {
  const requests = new Array<Request<unknown>>(window);
  let received: readonly unknown[] = [];

  function postAll(): void {
    for (let i = 0; i < window; i += 1) requests[i] = post(i);
  }
  async function stream(count: number): Promise<void> {
    for (let repetition = 0; repetition < count; repetition += 1) {
      for (let i = 0; i < window; i += 1) requests[i] = world.send(value, 1);
      await waitAll(requests);
      await world.receive(1);
    }
  }
  async function drain(count: number): Promise<void> {
    for (let left = count - 1; left >= 0; left -= 1) {
      received = await waitAll(requests);
      // The answer lets the next window come, so its receives are there first.
      if (left > 0) postAll();
      await world.send(left, 0);
    }
  }
  return world.rank === 0
    ? { ranks: 2, prepare: () => {}, run: stream, check: () => {} }
    : { ranks: 2, prepare: postAll, run: drain, check: () => check(received) };
}

/** Windows of typed arrays; each message of a window is received into memory of its own. */
export function arrayWindows(bytes: number): Exercise {
  const window = windowOf(bytes);
  const outgoing = writtenArray(bytes);
  const incoming =
    world.rank === 0 ? [] : Array.from({ length: window }, () => ({ into: writtenArray(bytes) }));
  let marked = 0;
  const exercise = windows(
    window,
    outgoing,
    (i) => world.receive(0, incoming[i]),
    () => {
      for (const { into } of incoming) checkMark(into, bytes, marked);
    },
  );
  return {
    ...exercise,
    prepare: (count) => {
      marked = nextMark(marked);
      mark(outgoing, marked);
      exercise.prepare(count);
    },
  };
}

/** Windows of any other value. */
export function valueWindows(window: number, value: unknown): Exercise {
  return windows(
    window,
    value,
    () => world.receive(0),
    (received) => checkValue(received.at(-1), value),
  );
}

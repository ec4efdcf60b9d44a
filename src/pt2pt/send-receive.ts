import { Request } from '../request/request.ts';

/**
 * Join a send and a receive that were started together into one request.
 *
 * @returns complete when both are; its value and status are those of the receive
 * @see MPI-4.1 §3.11
 */
export function both<T>(send: Request<void>, receive: Request<T>): Request<T> {
  const joined = new Request<T>({
    get status() {
      return receive.status;
    },
    async cancel() {
      const [sendUndone, receiveUndone] = await Promise.all([send.cancel(), receive.cancel()]);
      // One that was undone ends the whole as cancelled, even if the other is done already.
      return sendUndone || receiveUndone;
    },
  });
  const parts: Request<unknown>[] = [send, receive];
  const tryToFinish = (): void => {
    if (joined.test()) return;
    const failure = parts.map((part) => Request.outcome(part)?.makeError).find(Boolean);
    const received = Request.outcome(receive);
    if (failure !== undefined) {
      Request.fail(joined, failure);
      for (const part of parts) void part.cancel();
    } else if (send.test() && received !== undefined && received.makeError === undefined) {
      Request.complete(joined, received.value);
    }
  };
  for (const part of parts) Request.follow(part, joined, tryToFinish);
  tryToFinish();
  return joined;
}

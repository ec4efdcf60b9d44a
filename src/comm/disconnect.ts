import { dissemination } from '../collective/barrier/dissemination.ts';
import { whatOf } from '../collective/call/signature.ts';
import type { Limits } from '../match/limits.ts';
import type { Request } from '../request/request.ts';
import { giveUp } from './give-up.ts';
import type { Parts } from './parts.ts';

const DISCONNECT = whatOf('disconnect');

/**
 * Disconnect the ranks of a communicator.
 *
 * Each waits first for what it has under way on it. After the barrier that follows nothing of it is on its way any more but
 * what the barrier itself has sent. Whoever then left could take that with it; so those that are not all of one world agree
 * once more, over the launcher, which outlives them.
 */
export function disconnect(parts: Parts, options: Limits): Request<void> {
  const { channel, calls, maker } = parts;
  return giveUp(parts, 'disconnect', options, (deleted) => {
    channel.refuse();
    const call = calls.nextCall(DISCONNECT);
    return calls.startLast(DISCONNECT, options, channel.pending, async (messages, request) => {
      const through = (): Promise<void> => {
        void Promise.all([channel.close(), calls.close()]);
        return maker.disconnected(parts, { request, call });
      };
      try {
        await dissemination(messages);
        await calls.compared();
      } catch (error) {
        // The others may wait for this rank, and it does not for them.
        void through();
        throw error;
      }
      await through();
      deleted();
    });
  });
}

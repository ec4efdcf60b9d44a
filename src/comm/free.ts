import { dissemination } from '../collective/barrier/dissemination.ts';
import { whatOf } from '../collective/call/signature.ts';
import type { Limits } from '../match/limits.ts';
import type { Request } from '../request/request.ts';
import { giveUp } from './give-up.ts';
import type { Parts } from './parts.ts';

const FREE = whatOf('free');

/**
 * Free a communicator.
 *
 * A barrier makes sure that no rank uses it any more. From then on only what this rank started before is awaited, in the
 * background, as it may wait for long; then the contexts are closed, and what lies there unread is dropped.
 */
export function free(parts: Parts, options: Limits): Request<void> {
  const { channel, calls } = parts;
  return giveUp(parts, 'free', options, (deleted) =>
    calls.start(FREE, 0, options, async (messages) => {
      await dissemination(messages);
      void Promise.all([channel.close(), calls.close()]);
      deleted();
    }),
  );
}

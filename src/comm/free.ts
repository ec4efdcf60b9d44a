import { dissemination } from '../collective/barrier/dissemination.ts';
import { whatOf } from '../collective/call/signature.ts';
import type { Limits } from '../match/limits.ts';
import { checkLimits, checkObject, wrong } from '../pt2pt/check.ts';
import type { Request } from '../request/request.ts';
import { attempt } from './attempt.ts';
import type { Parts } from './parts.ts';

const FREE = whatOf('free');

/**
 * Free a communicator.
 *
 * A barrier makes sure that no rank uses it any more. From then on only what this rank started before is awaited, in the
 * background, as it may wait for long; then the contexts are closed, and what lies there unread is dropped.
 */
export function free(parts: Parts, options: Limits): Request<void> {
  const { name, channel, calls, attributes, permanent } = parts;
  const { endpoint } = channel;
  if (permanent) {
    const text = `${name.text} lasts as long as the job; free what was made of it`;
    throw wrong(endpoint, 'free', 'ERR_COMM', text);
  }
  if (channel.freed)
    throw wrong(endpoint, 'free', 'ERR_COMM', 'the communicator was freed already');
  checkObject(endpoint, 'free', options);
  checkLimits(endpoint, 'free', options);
  const deleted = attempt(() => attributes.deleteAll());
  const request = calls.start(FREE, 0, options, async (messages) => {
    await dissemination(messages);
    void Promise.all([channel.close(), calls.close()]);
    deleted();
  });
  channel.free();
  calls.free();
  return request;
}

import type { Limits } from '../match/limits.ts';
import { checkLimits, checkObject, wrong } from '../pt2pt/check.ts';
import type { Request } from '../request/request.ts';
import { attempt } from './attempt.ts';
import type { Parts } from './parts.ts';

/**
 * Give a communicator up: its attributes are deleted, and nothing more can be started on it.
 *
 * @param start  starts the call by which all ranks agree; it is handed what throws the error of a callback, if one did
 */
export function giveUp(
  { name, channel, calls, attributes, permanent }: Parts,
  call: 'free' | 'disconnect',
  options: Limits,
  start: (deleted: () => void) => Request<void>,
): Request<void> {
  const { endpoint } = channel;
  if (permanent) {
    const text = `${name.text} lasts as long as the job; ${call} what was made of it`;
    throw wrong(endpoint, call, 'ERR_COMM', text);
  }
  if (channel.freed) {
    throw wrong(endpoint, call, 'ERR_COMM', 'the communicator was freed already');
  }
  checkObject(endpoint, call, options);
  checkLimits(endpoint, call, options);
  const request = start(attempt(() => attributes.deleteAll()));
  channel.free();
  calls.free();
  return request;
}

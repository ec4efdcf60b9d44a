import type { Request } from '../../request/request.ts';
import type { Calls } from '../calls.ts';
import { type CollectiveOptions, checkOptions } from '../check.ts';
import { chosen } from '../select.ts';
import { whatOf } from '../signature.ts';
import { dissemination } from './dissemination.ts';

const BARRIER = whatOf('barrier');

/** Check the arguments of a barrier. @throws MpiError */
export function checkBarrier(calls: Calls, options: CollectiveOptions): void {
  checkOptions(calls.endpoint, 'barrier', options);
  chosen(calls, 'barrier', options.algorithm);
}

/** Start a barrier. */
export function barrier(calls: Calls, options: CollectiveOptions): Request<void> {
  checkBarrier(calls, options);
  return calls.start(BARRIER, 0, options, dissemination);
}

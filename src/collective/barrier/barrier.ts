import type { Request } from '../../request/request.ts';
import type { Calls } from '../calls.ts';
import { type CollectiveOptions, checkOptions } from '../check.ts';
import { whatOf } from '../signature.ts';
import { dissemination } from './dissemination.ts';

const BARRIER = whatOf('barrier');

/** Start a barrier. */
export function barrier(calls: Calls, options: CollectiveOptions): Request<void> {
  checkOptions(calls.endpoint, 'barrier', options);
  return calls.start(BARRIER, 0, options, dissemination);
}

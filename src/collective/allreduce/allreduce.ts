import type { Request } from '../../request/request.ts';
import type { Calls } from '../calls.ts';
import { checkOptions } from '../check.ts';
import {
  agreementOn,
  checkApart,
  checkOp,
  checkResultInto,
  type ReductionOptions,
  startReduction,
} from '../reduction.ts';
import { chosen } from '../select.ts';
import { hashOf, whatOf } from '../signature.ts';
import { recursiveDoubling } from './recursive-doubling.ts';

const ALLREDUCE = whatOf('allreduce');

/** Start an allreduce. */
export function allreduce(
  calls: Calls,
  value: unknown,
  opLike: unknown,
  options: ReductionOptions,
): Request<unknown> {
  const { endpoint } = calls;
  checkOptions(endpoint, 'allreduce', options);
  const op = checkOp(endpoint, 'allreduce', opLike, value);
  const { into } = options;
  checkResultInto(endpoint, 'allreduce', into, value);
  checkApart(endpoint, 'allreduce', into, value);
  const algorithm = chosen(calls, 'allreduce', options.algorithm);
  const hash = hashOf({ ...agreementOn(op, value), algorithm });
  const reduction = recursiveDoubling;
  return startReduction(calls, { what: ALLREDUCE, hash, op, value, into, options, reduction });
}

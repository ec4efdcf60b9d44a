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
import { hillisSteele } from './hillis-steele.ts';

const EXSCAN = whatOf('exscan');

/** Start an exclusive scan. */
export function exscan(
  calls: Calls,
  value: unknown,
  opLike: unknown,
  options: ReductionOptions,
): Request<unknown> {
  const { endpoint } = calls;
  checkOptions(endpoint, 'exscan', options);
  const op = checkOp(endpoint, 'exscan', opLike, value);
  const { into } = options;
  checkResultInto(endpoint, 'exscan', into, value);
  checkApart(endpoint, 'exscan', into, value);
  const algorithm = chosen(calls, 'exscan', options.algorithm);
  const hash = hashOf({ ...agreementOn(op, value), algorithm });
  return startReduction(calls, {
    what: EXSCAN,
    hash,
    op,
    value,
    into: calls.rank === 0 ? undefined : into,
    options,
    reduction: hillisSteele,
  });
}

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

const SCAN = whatOf('scan');

/** Start an inclusive scan. */
export function scan(
  calls: Calls,
  value: unknown,
  opLike: unknown,
  options: ReductionOptions,
): Request<unknown> {
  const { endpoint } = calls;
  checkOptions(endpoint, 'scan', options);
  const op = checkOp(endpoint, 'scan', opLike, value);
  const { into } = options;
  checkResultInto(endpoint, 'scan', into, value);
  checkApart(endpoint, 'scan', into, value);
  const algorithm = chosen(calls, 'scan', options.algorithm);
  const hash = hashOf({ ...agreementOn(op, value), algorithm });
  return startReduction(calls, {
    what: SCAN,
    hash,
    op,
    value,
    into,
    options,
    reduction: hillisSteele,
  });
}

import type { Request } from '../../request/request.ts';
import type { Calls } from '../calls.ts';
import { checkOptions, checkRoot } from '../check.ts';
import {
  agreementOn,
  checkApart,
  checkOp,
  checkResultInto,
  type Reduction,
  type ReductionOptions,
  startReduction,
} from '../reduction.ts';
import { chosen } from '../select.ts';
import { hashOf, whatOf } from '../signature.ts';
import { binomial } from './binomial.ts';

/** How a reduction to one rank may differ from the plain one. */
export interface ReduceOptions extends ReductionOptions {
  /** The rank that gets the result; 0 if left out. */
  readonly root?: number | undefined;
}

/** Start a reduction to one rank. */
export function reduce(
  calls: Calls,
  value: unknown,
  opLike: unknown,
  options: ReduceOptions,
): Request<unknown> {
  const { endpoint } = calls;
  checkOptions(endpoint, 'reduce', options);
  const { root = 0 } = options;
  checkRoot(endpoint, 'reduce', root);
  const op = checkOp(endpoint, 'reduce', opLike, value);
  const into = calls.rank === root ? options.into : undefined;
  checkResultInto(endpoint, 'reduce', into, value);
  checkApart(endpoint, 'reduce', into, value);
  const algorithm = chosen(calls, 'reduce', options.algorithm);
  const hash = hashOf({ ...agreementOn(op, value), algorithm });
  const what = whatOf('reduce', root);
  const reduction: Reduction = (channel, ...rest) => binomial(channel, ...rest, root);
  return startReduction(calls, { what, hash, op, value, into, options, reduction });
}

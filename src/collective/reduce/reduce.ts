import type { AlgorithmOf } from '../../base/algorithms.ts';
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
import { chooseReduction, inPieces, type Whole } from '../reduction-choice.ts';
import { hashOf, whatOf } from '../signature.ts';
import { binomial } from './binomial.ts';
import { linear } from './linear.ts';
import { rabenseifner } from './rabenseifner.ts';

const STEPS: { readonly [name in AlgorithmOf<'reduce'>]: Whole<[root: number]> } = {
  binomial,
  linear,
  rabenseifner: inPieces(rabenseifner, binomial),
};

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
  const { algorithm, named } = chooseReduction(calls, 'reduce', op, value, options.algorithm);
  const hash = hashOf({ ...agreementOn(op, value), algorithm: named });
  const what = whatOf('reduce', root);
  const steps = STEPS[algorithm];
  const reduction: Reduction = (channel, ...rest) => steps(channel, ...rest, root);
  return startReduction(calls, { what, hash, op, value, into, options, reduction });
}

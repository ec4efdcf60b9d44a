import type { AlgorithmOf } from '../../base/algorithms.ts';
import type { Request } from '../../request/request.ts';
import type { Calls } from '../calls.ts';
import { checkOptions } from '../check.ts';
import {
  agreementOn,
  checkApart,
  checkOp,
  checkResultInto,
  type Reduction,
  type ReductionOptions,
  startReduction,
} from '../reduction.ts';
import { chooseReduction, inPieces } from '../reduction-choice.ts';
import { hashOf, whatOf } from '../signature.ts';
import { allPairs } from './all-pairs.ts';
import { linear } from './linear.ts';
import { rabenseifner } from './rabenseifner.ts';
import { recursiveDoubling } from './recursive-doubling.ts';
import { ring } from './ring.ts';

const ALLREDUCE = whatOf('allreduce');

const STEPS: { readonly [name in AlgorithmOf<'allreduce'>]: Reduction } = {
  'recursive-doubling': recursiveDoubling,
  linear,
  rabenseifner: inPieces(rabenseifner, recursiveDoubling),
  ring: inPieces(ring, recursiveDoubling),
  'all-pairs': inPieces(allPairs, recursiveDoubling),
};

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
  const { algorithm, named } = chooseReduction(calls, 'allreduce', op, value, options.algorithm);
  const hash = hashOf({ ...agreementOn(op, value), algorithm: named });
  const reduction = STEPS[algorithm];
  return startReduction(calls, { what: ALLREDUCE, hash, op, value, into, options, reduction });
}

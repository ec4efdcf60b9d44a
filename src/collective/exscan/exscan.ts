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
import { chooseReduction } from '../reduction-choice.ts';
import { hashOf, whatOf } from '../signature.ts';
import { hillisSteele } from './hillis-steele.ts';
import { linear } from './linear.ts';

const EXSCAN = whatOf('exscan');

const STEPS: { readonly [name in AlgorithmOf<'exscan'>]: Reduction } = {
  'hillis-steele': hillisSteele,
  linear,
};

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
  const { algorithm, named } = chooseReduction(calls, 'exscan', op, value, options.algorithm);
  const hash = hashOf({ ...agreementOn(op, value), algorithm: named });
  const reduction = STEPS[algorithm];
  return startReduction(calls, {
    what: EXSCAN,
    hash,
    op,
    value,
    into: calls.rank === 0 ? undefined : into,
    options,
    reduction,
  });
}

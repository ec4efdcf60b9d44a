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

const SCAN = whatOf('scan');

const STEPS: { readonly [name in AlgorithmOf<'scan'>]: Reduction } = {
  'hillis-steele': hillisSteele,
  linear,
};

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
  const { algorithm, named } = chooseReduction(calls, 'scan', op, value, options.algorithm);
  const hash = hashOf({ ...agreementOn(op, value), algorithm: named });
  const reduction = STEPS[algorithm];
  return startReduction(calls, { what: SCAN, hash, op, value, into, options, reduction });
}

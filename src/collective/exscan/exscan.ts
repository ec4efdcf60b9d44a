import type { Request } from '../../request/request.ts';
import type { Calls } from '../call/calls.ts';
import { whatOf } from '../call/signature.ts';
import { checkOptions } from '../check.ts';
import { checkResultInto } from '../reduction/check-reduction.ts';
import {
  type ReductionKind,
  type ReductionOptions,
  startReduction,
} from '../reduction/reduction.ts';
import { hillisSteele } from './hillis-steele.ts';
import { linear } from './linear.ts';

const EXSCAN = whatOf('exscan');

const KIND: ReductionKind<'exscan'> = {
  operation: 'exscan',
  algorithms: { 'hillis-steele': hillisSteele, linear },
};

/** Start an exclusive scan. */
export function exscan(
  calls: Calls,
  value: unknown,
  op: unknown,
  options: ReductionOptions,
): Request<unknown> {
  checkOptions(calls.endpoint, 'exscan', options);
  const { into } = options;
  const isFirst = calls.rank === 0;
  // It gets no result, but a mistake is one on all ranks.
  if (isFirst && into !== undefined) checkResultInto(calls.endpoint, 'exscan', into, value);
  const room = isFirst ? undefined : into;
  return startReduction(calls, KIND, EXSCAN, { value, op, options, into: room, root: 0 });
}

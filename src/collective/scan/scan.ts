import type { Request } from '../../request/request.ts';
import type { Calls } from '../call/calls.ts';
import { whatOf } from '../call/signature.ts';
import { checkOptions } from '../check.ts';
import {
  type ReductionKind,
  type ReductionOptions,
  startReduction,
} from '../reduction/reduction.ts';
import { hillisSteele } from './hillis-steele.ts';
import { linear } from './linear.ts';

const SCAN = whatOf('scan');

const KIND: ReductionKind<'scan'> = {
  operation: 'scan',
  algorithms: { 'hillis-steele': hillisSteele, linear },
};

/** Start an inclusive scan. */
export function scan(
  calls: Calls,
  value: unknown,
  op: unknown,
  options: ReductionOptions,
): Request<unknown> {
  checkOptions(calls.endpoint, 'scan', options);
  const { into } = options;
  return startReduction(calls, KIND, SCAN, { value, op, options, into, root: 0 });
}

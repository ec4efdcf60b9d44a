import type { Request } from '../../request/request.ts';
import type { Calls } from '../call/calls.ts';
import { whatOf } from '../call/signature.ts';
import { checkOptions, checkRoot } from '../check.ts';
import { inPieces } from '../reduction/in-pieces.ts';
import {
  type ReductionKind,
  type ReductionOptions,
  startReduction,
} from '../reduction/reduction.ts';
import { binomial } from './binomial.ts';
import { linear } from './linear.ts';
import { rabenseifner } from './rabenseifner.ts';

const KIND: ReductionKind<'reduce'> = {
  operation: 'reduce',
  algorithms: { binomial, linear, rabenseifner: inPieces(rabenseifner, binomial) },
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
  op: unknown,
  options: ReduceOptions,
): Request<unknown> {
  checkOptions(calls.endpoint, 'reduce', options);
  const { root = 0 } = options;
  checkRoot(calls.endpoint, 'reduce', root);
  const into = calls.rank === root ? options.into : undefined;
  const what = whatOf('reduce', root);
  return startReduction(calls, KIND, what, { value, op, options, into, root });
}

import type { Request } from '../../request/request.ts';
import type { Calls } from '../call/calls.ts';
import { whatOf } from '../call/signature.ts';
import { checkOptions } from '../check.ts';
import { inPieces } from '../reduction/in-pieces.ts';
import {
  type ReductionKind,
  type ReductionOptions,
  startReduction,
} from '../reduction/reduction.ts';
import { allPairs } from './all-pairs.ts';
import { linear } from './linear.ts';
import { rabenseifner } from './rabenseifner.ts';
import { recursiveDoubling } from './recursive-doubling.ts';
import { ring } from './ring.ts';

const ALLREDUCE = whatOf('allreduce');

const KIND: ReductionKind<'allreduce'> = {
  operation: 'allreduce',
  algorithms: {
    'recursive-doubling': recursiveDoubling,
    linear,
    rabenseifner: inPieces(rabenseifner, recursiveDoubling),
    ring: inPieces(ring, recursiveDoubling),
    'all-pairs': inPieces(allPairs, recursiveDoubling),
  },
};

/** Start an allreduce. */
export function allreduce(
  calls: Calls,
  value: unknown,
  op: unknown,
  options: ReductionOptions,
): Request<unknown> {
  checkOptions(calls.endpoint, 'allreduce', options);
  const { into } = options;
  return startReduction(calls, KIND, ALLREDUCE, { value, op, options, into, root: 0 });
}

import type { AlgorithmOf } from '../../base/algorithms.ts';
import { NO_OPTIONS } from '../../pt2pt/check.ts';
import type { Request } from '../../request/request.ts';
import type { Calls, Steps } from '../call/calls.ts';
import { hashOf, whatOf } from '../call/signature.ts';
import { type CollectiveOptions, checkOptions } from '../check.ts';
import { chosen, select } from '../select.ts';
import { dissemination } from './dissemination.ts';
import { linear } from './linear.ts';

const BARRIER = whatOf('barrier');

const STEPS: { readonly [name in AlgorithmOf<'barrier'>]: Steps<void> } = { dissemination, linear };

/** Start a barrier. */
export function barrier(calls: Calls, options: CollectiveOptions): Request<void> {
  if (options !== NO_OPTIONS) checkOptions(calls.endpoint, 'barrier', options);
  const algorithm = chosen(calls, 'barrier', options.algorithm);
  const steps = STEPS[algorithm ?? select(calls, 'barrier', {})];
  return calls.start(BARRIER, hashOf({ algorithm }), options, steps);
}

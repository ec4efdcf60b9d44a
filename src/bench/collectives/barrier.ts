import { world } from 'tsmpi';
import type { Exercise } from '../pace.ts';
import { eachAlone } from './each-alone.ts';

/** Meet the other ranks, and do no more. */
export function barrier(): Exercise {
  return eachAlone({ call: () => world.barrier() }, false);
}

import { sum, world } from 'tsmpi';
import { checkValue } from '../messages/value.ts';
import type { Exercise } from '../pace.ts';
import { checkArray, numbers } from './array.ts';
import { eachAlone } from './each-alone.ts';

/** Add up arrays, element by element, into memory of all ranks. */
export function arrayAllreduce(bytes: number): Exercise {
  const { rank, size } = world;
  const array = numbers(bytes, (i) => (i % 100) + rank);
  const total = numbers(bytes, (i) => (i % 100) * size + (size * (size - 1)) / 2);
  const into = numbers(bytes, () => 0);
  const options = { into };
  return eachAlone({
    clear: () => into.fill(0),
    call: () => world.allreduce(array, sum, options),
    check: () => checkArray(into, total),
  });
}

/** Add up a number of each rank. */
export function numberAllreduce(): Exercise {
  const { rank, size } = world;
  const own = rank + 0.5;
  return eachAlone({
    call: () => world.allreduce(own),
    check: (brought) => checkValue(brought, (size * size) / 2),
  });
}

import { world } from 'tsmpi';
import { checkValue } from '../messages/value.ts';
import type { Exercise } from '../pace.ts';
import { checkArray, numbers } from './array.ts';
import { eachAlone } from './each-alone.ts';

/** Bring an array of rank 0 into memory of the others. */
export function arrayBroadcast(bytes: number): Exercise {
  const array = numbers(bytes, (i) => i + 0.5);
  if (world.rank === 0) return eachAlone({ call: () => world.broadcast(array) });
  const into = numbers(bytes, () => 0);
  const options = { into };
  return eachAlone({
    clear: () => into.fill(0),
    call: () => world.broadcast(undefined, options),
    check: () => checkArray(into, array),
  });
}

/** Bring any other value of rank 0 to all. */
export function valueBroadcast(value: unknown): Exercise {
  const given = world.rank === 0 ? value : undefined;
  return eachAlone({
    call: () => world.broadcast(given),
    check: (brought) => checkValue(brought, value),
  });
}

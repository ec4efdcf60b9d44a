import type { ExecutionContext } from 'ava';
import { Bed, type BedOptions } from '../../scripts/cluster/bed/bed.ts';

/** Make hosts, which are gone when the test is over. */
export async function openBed(t: ExecutionContext, options: BedOptions): Promise<Bed> {
  const bed = await Bed.open(options);
  t.teardown(() => bed.close());
  return bed;
}

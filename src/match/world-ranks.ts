import { ANY_SOURCE } from '../base/constants.ts';
import type { Endpoint } from './endpoint.ts';

/** World ranks that `source` may stand for: one, or with ANY_SOURCE all but this rank itself. */
export function worldRanksOf(endpoint: Endpoint, source: number): readonly number[] {
  return source === ANY_SOURCE
    ? endpoint.worldRanks.filter((worldRank) => worldRank !== endpoint.ownWorldRank)
    : [endpoint.worldRank(source)];
}

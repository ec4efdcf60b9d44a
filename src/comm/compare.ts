import type { Parts } from './parts.ts';

/** What two communicators have in common. @see MPI-4.1 §7.4.1 */
export type Comparison = 'identical' | 'congruent' | 'similar' | 'unequal';

/** Compare two communicators by what this rank knows of both. */
export function compare(one: Parts, other: Parts): Comparison {
  if (one.channel.endpoint.context === other.channel.endpoint.context) return 'identical';
  const groups = [one.group.compare(other.group)];
  if (one.remote !== undefined && other.remote !== undefined) {
    groups.push(one.remote.group.compare(other.remote.group));
  } else if (one.remote !== other.remote) {
    return 'unequal';
  }
  if (groups.includes('unequal')) return 'unequal';
  return groups.includes('similar') ? 'similar' : 'congruent';
}

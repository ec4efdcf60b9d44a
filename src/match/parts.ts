import type { Clock } from '../base/clock.ts';
import type { Lines } from './lines.ts';
import type { Peer } from './peer.ts';
import type { PendingCount } from './pending-count.ts';
import type { SpareMemory } from './spare-memory.ts';
import type { Wire } from './wire.ts';

/** What the two halves of an engine share. */
export interface EngineParts {
  readonly wire: Wire;
  /** By world rank. */
  readonly peers: readonly Peer[];
  readonly clock: Clock;
  readonly pending: PendingCount;
  readonly spare: SpareMemory;
  /** Where what is left unmatched is noted, if it is. */
  readonly lines: Lines | undefined;
}

/**
 * All that a `tsrun join` process hears from whoever gathers the ranks of its host, and tells it.
 *
 * That is `tsrun join` of rank 0, or the agent which that one has started here.
 */

import type { FromAgent, ToAgent } from '../remote/protocol.ts';
import type { RankCommand } from '../start/start.ts';
import type { Member, MemberEnd, StopReason } from './member-facts.ts';

/** What a member is told. */
export type ToMember =
  /** Say who you are. */
  | { readonly kind: 'meet' }
  | {
      readonly kind: 'start';
      readonly rank: number;
      /** Its environment is what is added to the member's own. */
      readonly command: Omit<RankCommand, 'segment'>;
      /** Where the shared memory can be opened. */
      readonly segment: string | undefined;
    }
  | Extract<ToAgent, { readonly kind: 'tell' | 'kill' | 'abandon' }>
  /** The job is over. */
  | ({ readonly kind: 'over' } & MemberEnd);

/** What a member says. */
export type FromMember =
  | { readonly kind: 'here'; readonly member: Member }
  | Extract<FromAgent, { readonly rank: number }>
  /** The job is to end. */
  | ({ readonly kind: 'stop' } & StopReason);

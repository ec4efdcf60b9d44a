import type { WaitKind } from '../../base/wait-kind.ts';
import type { Names } from './names.ts';
import type { RankPlace } from './where-table.ts';

/** Say in one line who is in a deadlock. @param heart  those that wait for none but one another */
export function deadlockTitle(heart: readonly number[], names: Names): string {
  const who = names.list(heart);
  const how =
    heart.length === 1
      ? 'waits for what nobody is left to do'
      : `wait for ${heart.length === 2 ? 'each other' : 'one another'}`;
  return `deadlock: ${who} ${how}, and nothing can let ${heart.length === 1 ? 'it' : 'them'} go on`;
}

/** Say what to do about it, by the calls that those at the heart of it wait in. */
export function deadlockRemedy(heart: readonly number[], places: readonly RankPlace[]): string {
  const waits = places.flatMap((place) =>
    place.kind === 'answered' && heart.includes(place.rank) ? place.waits : [],
  );
  const any = (wanted: WaitKind): boolean => waits.some(({ kind }) => kind === wanted);
  const all = (...wanted: readonly WaitKind[]): boolean =>
    waits.length > 0 && waits.every(({ kind }) => wanted.includes(kind));
  if (waits.some(({ hint = '' }) => hint.includes('unread message'))) {
    return 'a message has come, but not the one that is waited for: do its tag and its source agree with the receive?';
  }
  // The eager limit is in the way of a send that waits for nothing else.
  if (all('send')) {
    return 'a message above the eager limit (--eager) waits to be received: start the receive before the send, or use sendReceive';
  }
  if (all('receive')) {
    return heart.length === 1
      ? 'is there one receive too many, or one send too few?'
      : 'each waits for a message before it sends one: let one of them send first, or use sendReceive';
  }
  if (all('lock')) {
    return 'each holds a lock that another one waits for: take locks in the same order everywhere, or with a timeout';
  }
  if (all('store', 'lock')) return 'nobody is left to put the value';
  if (any('serving')) {
    return 'a rank that serves as a worker makes no calls of its own: let it make those that others wait for before its program ends';
  }
  if (any('collective')) {
    return 'a collective call waits for all ranks of its communicator: each must make the same calls, in the same order';
  }
  return 'each waits before it does what the other waits for: let one of them do that first';
}

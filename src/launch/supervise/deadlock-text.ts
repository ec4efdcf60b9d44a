import type { ReportContext } from '../report.ts';
import type { Names } from './names.ts';
import { type RankPlace, whereTable } from './where-table.ts';

/** The eager limit is in the way of a send that waits for nothing else. */
const SENDS = /^\w* ?send to /;
const RECEIVES = /^(receive|m?probe) /;
const LOCKS = /^store\.lock /;
const STORE = /^store\./;
const COLLECTIVE = /^\w+(\([^)]*\))? #\d+/;

/** Show a deadlock: who is in it, what to do about it, and where all are. @param heart  those that wait for none but one another */
export function deadlockText(
  heart: readonly number[],
  places: readonly RankPlace[],
  context: ReportContext,
): string {
  const isAtHeart = ({ rank }: RankPlace): boolean => heart.includes(rank);
  const others = places.filter((place) => !isAtHeart(place));
  const texts = [
    whereTable(deadlockTitle(heart, context.names), places.filter(isAtHeart), context),
    `  ${deadlockRemedy(heart, places)}`,
  ];
  if (others.length > 0) texts.push(whereTable('the others', others, context));
  return texts.join('\n');
}

/** Say in one line who is in a deadlock. */
function deadlockTitle(heart: readonly number[], names: Names): string {
  const who = names.list(heart);
  const how =
    heart.length === 1
      ? 'waits for what nobody is left to do'
      : `wait for ${heart.length === 2 ? 'each other' : 'one another'}`;
  return `deadlock: ${who} ${how}, and nothing can let ${heart.length === 1 ? 'it' : 'them'} go on`;
}

/** Say what to do about it, by the calls that those at the heart of it wait in. */
function deadlockRemedy(heart: readonly number[], places: readonly RankPlace[]): string {
  const waits = places.flatMap((place) =>
    place.kind === 'answered' && heart.includes(place.rank) ? place.waits : [],
  );
  const all = (pattern: RegExp): boolean =>
    waits.length > 0 && waits.every(({ call }) => pattern.test(call));
  if (waits.some(({ hint = '' }) => hint.includes('unread message'))) {
    return 'a message has come, but not the one that is waited for: do its tag and its source agree with the receive?';
  }
  if (all(SENDS)) {
    return 'a message above the eager limit (--eager) waits to be received: start the receive before the send, or use sendReceive';
  }
  if (all(RECEIVES)) {
    return heart.length === 1
      ? 'is there one receive too many, or one send too few?'
      : 'each waits for a message before it sends one: let one of them send first, or use sendReceive';
  }
  if (all(LOCKS)) {
    return 'each holds a lock that another one waits for: take locks in the same order everywhere, or with a timeout';
  }
  if (all(STORE)) return 'nobody is left to put the value';
  if (waits.some(({ call }) => COLLECTIVE.test(call))) {
    return 'a collective call waits for all ranks of its communicator: each must make the same calls, in the same order';
  }
  return 'each waits before it does what the other waits for: let one of them do that first';
}

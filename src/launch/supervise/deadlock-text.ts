import type { WaitKind } from '../../base/wait-kind.ts';
import type { ReportContext } from '../report.ts';
import type { Names } from './names.ts';
import { type RankPlace, whereTable } from './where-table.ts';

/**
 * Show a deadlock: who is in it, what to do about it, and where all are.
 *
 * @param circles  those that wait for none but one another, each group for itself
 */
export function deadlockText(
  circles: readonly (readonly number[])[],
  places: readonly RankPlace[],
  context: ReportContext,
): string {
  const heart = circles.flat();
  const isAtHeart = ({ rank }: RankPlace): boolean => heart.includes(rank);
  const others = places.filter((place) => !isAtHeart(place));
  const texts = [
    whereTable(deadlockTitle(circles, context.names), places.filter(isAtHeart), context),
    `  ${deadlockRemedy(heart, places)}`,
  ];
  if (others.length > 0) texts.push(whereTable('the others', others, context));
  return texts.join('\n');
}

/** Say in one line who is in a deadlock. */
function deadlockTitle(circles: readonly (readonly number[])[], names: Names): string {
  const single = circles.filter(({ length }) => length === 1).flat();
  const pairs = circles.filter(({ length }) => length === 2);
  const larger = circles.filter(({ length }) => length > 2);
  const texts: string[] = [];
  const add = (groups: readonly (readonly number[])[], how: string): void => {
    const apart = groups.length > 1 ? `, in ${groups.length} groups of their own` : '';
    if (groups.length > 0) texts.push(`${names.list(inOrder(groups))} wait for ${how}${apart}`);
  };
  add(pairs, 'each other');
  add(larger, 'one another');
  if (single.length > 0) {
    const wait = single.length === 1 ? 'waits' : 'wait';
    texts.push(`${names.list(single)} ${wait} for what nobody is left to do`);
  }
  const them = circles.flat().length === 1 ? 'it' : 'them';
  return `deadlock: ${texts.join('; ')}, and nothing can let ${them} go on`;
}

function inOrder(groups: readonly (readonly number[])[]): number[] {
  return groups.flat().sort((a, b) => a - b);
}

/** Say what to do about it, by the calls that those at the heart of it wait in. */
function deadlockRemedy(heart: readonly number[], places: readonly RankPlace[]): string {
  const waits = places.flatMap((place) =>
    place.kind === 'answered' && heart.includes(place.rank) ? place.waits : [],
  );
  const any = (wanted: WaitKind): boolean => waits.some(({ kind }) => kind === wanted);
  const all = (...wanted: readonly WaitKind[]): boolean =>
    waits.length > 0 && waits.every(({ kind }) => wanted.includes(kind));
  if (waits.some(({ hint = '' }) => hint.includes('unread message'))) {
    return 'a message has come, but not the one that is waited for: do its tag, source and communicator agree with the receive?';
  }
  if (all('synchronous')) {
    return 'a synchronous send is complete only when it is received: start the receive before the send, or use sendReceive';
  }
  // The eager limit is in the way of a send that waits for nothing else.
  if (all('send', 'synchronous')) {
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

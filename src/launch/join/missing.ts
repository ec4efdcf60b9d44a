import type { ForeignRank } from '../../base/foreign-rank.ts';

/** Whoever is started at the same time is here by then. */
const PATIENCE_MS = 10_000;
/** Ranks on further hosts are met by agents, which are started first. */
const AGENT_PATIENCE_MS = 30_000;

/** Whether the ranks may be on several hosts, all of which Slurm can start something on. */
export function isSpread({ size, localSize, slurm }: ForeignRank): boolean {
  return slurm !== undefined && localSize !== size;
}

/** How long ranks wait for each other, where nothing else was said. */
export function usualPatienceMs(foreign: ForeignRank): number {
  return isSpread(foreign) ? AGENT_PATIENCE_MS : PATIENCE_MS;
}

/** Say that the ranks are known to be on several hosts where they cannot find each other; undefined if they are not. */
export function elsewhere(foreign: ForeignRank, host: string): string | undefined {
  const { launcher, size, localSize } = foreign;
  if (isSpread(foreign) || localSize === undefined || localSize >= size) return undefined;
  return (
    `${launcher} started ${size} ranks, ${localSize} of them here on ${host} and the others on other hosts, ` +
    `where they cannot be found: ${launcher} tells its processes no names of hosts; ${remedy()}`
  );
}

/**
 * Say that not all ranks have come.
 *
 * @param here  those that have
 */
export function describeMissing(
  { launcher, size, localSize }: ForeignRank,
  host: string,
  here: readonly number[],
  waitedMs: number,
): string {
  const all = Array.from({ length: size }, (_, rank) => rank);
  const missing = all.filter((rank) => !here.includes(rank));
  const met = `${here.length} of the ${size} ranks that ${launcher} started met on ${host} within ${waitedMs / 1000} s`;
  const lacking = missing.length === 0 ? '' : `, without ${namesOf(missing)}`;
  if (localSize === size) {
    return `${met}${lacking}: all must be started with tsrun join, as one user, with one /tmp`;
  }
  return `${met}${lacking}; if they are on other hosts, ${remedy()}`;
}

function remedy(): string {
  return (
    'start the ranks from the first host with tsrun itself: npx tsrun -f hostfile program.ts; ' +
    'or in a Slurm allocation: srun -n 4 npx tsrun join program.ts'
  );
}

/** So many numbers are written out. */
const SHOWN = 8;

function namesOf(ranks: readonly number[]): string {
  const shown = ranks.slice(0, SHOWN).join(', ');
  const more = ranks.length > SHOWN ? ` and ${ranks.length - SHOWN} more` : '';
  return `${ranks.length === 1 ? 'rank' : 'ranks'} ${shown}${more}`;
}

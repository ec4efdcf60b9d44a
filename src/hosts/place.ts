import type { Host } from './host.ts';
import { HostMistake } from './mistake.ts';

/** How ranks are placed on hosts. */
export interface Placing {
  /** `slot`: fill one host after the other; `node`: deal the ranks out one by one. */
  readonly mapBy: 'slot' | 'node';
  /** So many ranks on each host, whatever its slots. */
  readonly perNode?: number | undefined;
}

/**
 * Decide for each rank on which host it runs.
 *
 * Ranks are placed in rounds; in each, a host takes as many as it has slots. So more than one round
 * means that ranks share slots, and no host shares any before all hosts are full.
 *
 * @returns the number of its host for each rank
 * @throws HostMistake if hosts do not take so many ranks
 */
export function placeRanks(ranks: number, hosts: readonly Host[], placing: Placing): number[] {
  const { mapBy, perNode } = placing;
  const room = hosts.map(({ maxSlots }) => Math.min(maxSlots ?? ranks, perNode ?? ranks));
  const result: number[] = [];
  while (result.length < ranks) {
    const round = hosts.map(({ slots }, host) => Math.min(perNode ?? slots, room[host] ?? 0));
    const places = mapBy === 'slot' ? inBlocks(round) : inTurn(round);
    if (places.length === 0) {
      throw new HostMistake(explainLack(ranks, hosts, perNode, result.length));
    }
    for (const host of places.slice(0, ranks - result.length)) result.push(host);
    for (const [host, taken] of round.entries()) room[host] = (room[host] ?? 0) - taken;
  }
  return result;
}

/** All places of the first host, then all of the next. */
function inBlocks(round: readonly number[]): number[] {
  return round.flatMap((places, host) => new Array<number>(places).fill(host));
}

/** One place of each host that has any left, again and again. */
function inTurn(round: readonly number[]): number[] {
  const places: number[] = [];
  const turns = round.reduce((most, free) => Math.max(most, free), 0);
  for (let turn = 0; turn < turns; turn++) {
    for (const [host, free] of round.entries()) if (turn < free) places.push(host);
  }
  return places;
}

function explainLack(
  ranks: number,
  hosts: readonly Host[],
  perNode: number | undefined,
  room: number,
): string {
  const on = hosts.length === 1 ? `host ${hosts[0]?.name}` : `the ${hosts.length} hosts`;
  if (perNode !== undefined && hosts.every(({ maxSlots = perNode }) => maxSlots >= perNode)) {
    return `the job has ${ranks} ranks, but with --per-node ${perNode} there is room for ${room} on ${on}; ask for fewer ranks, or for more on each host`;
  }
  return `the job has ${ranks} ranks, but max_slots leaves room for ${room} on ${on}; ask for fewer ranks, or add hosts`;
}

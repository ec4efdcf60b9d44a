import type { Options, Test } from './options.ts';
import type { Peer } from './peers.ts';

/** One program to be run in every round. */
export interface Step {
  readonly peer: string;
  /** What it measures: that of all steps of a group. */
  readonly group: string;
  readonly kind: 'messages' | 'launch' | 'waiting';
  readonly ranks: number;
  readonly command: readonly string[];
}

const RING_RANKS = [4, 8];
const OBJECTS = 'dict,rows,floats';
const COLLECTIVE_RANKS = [2, 4];

/** Bytes that each rank contributes; to an alltoall for each peer. */
const BYTES = { broadcast: '1048576', allreduce: '8,1048576', alltoall: '65536' };

/**
 * Lay out what each round runs: groups of steps that measure the same, one of each peer that can.
 *
 * Those of a group run right after one another, so what disturbs one is likely to disturb all.
 */
export function plan(peers: readonly Peer[], options: Options): Step[][] {
  const { tests, sizes, launchRanks, waitingRanks } = options;
  const messages = (test: Test, what: string, ranks: number, group: string): Step[] => {
    const able = peers.filter((peer) => can(peer, test, ranks));
    const args = ['--tests', test, '--what', what, '--sizes', sizes];
    args.push('--seconds', String(options.seconds));
    return able
      .filter(({ objects }) => what === 'array' || objects)
      .flatMap(({ name, messages }) => {
        if (messages === undefined) return [];
        const command = [...messages(ranks), ...args];
        return { peer: name, group, kind: 'messages', ranks, command };
      });
  };
  const collective = (test: Test, what?: string, bytes = '8'): Step[][] => {
    const args = ['--tests', test, '--what', what ?? 'array', '--sizes', bytes];
    args.push('--seconds', String(options.seconds));
    const of = what === undefined ? '' : ` of ${what}`;
    const able = peers.filter(({ tests, objects }) => {
      return tests.includes(test) && (objects || what === undefined || what === 'array');
    });
    return COLLECTIVE_RANKS.map((ranks) =>
      able.flatMap(({ name, collectives }) => {
        if (collectives === undefined) return [];
        const command = [...collectives(ranks), ...args];
        return { peer: name, group: `${test}${of} on ${ranks}`, kind: 'messages', ranks, command };
      }),
    );
  };
  const pool = (): Step[] => {
    return peers.flatMap(({ name, pool }) => {
      if (pool === undefined) return [];
      const command = [...pool(), '--seconds', String(options.seconds)];
      return { peer: name, group: 'pool of 2', kind: 'messages', ranks: 2, command };
    });
  };
  const launch = (ranks: number): Step[] => {
    return peers.flatMap(({ name, ring }) => {
      if (ring === undefined) return [];
      const group = `launch of ${ranks} ranks`;
      return { peer: name, group, kind: 'launch', ranks, command: ring(ranks) };
    });
  };
  const waiting = (ranks: number): Step[] => {
    const able = peers.filter((peer) => can(peer, 'waiting', ranks));
    return able.flatMap(({ name, messages, waiting }) => {
      const program = messages && [...messages(ranks), '--tests', 'waiting'];
      const command = waiting?.(ranks) ?? program ?? [];
      if (command.length === 0) return [];
      return { peer: name, group: `waiting of ${ranks} ranks`, kind: 'waiting', ranks, command };
    });
  };
  const groups: Record<Test, () => Step[][]> = {
    latency: () => [
      messages('latency', 'array', 2, 'latency of arrays'),
      messages('latency', OBJECTS, 2, 'latency of objects'),
    ],
    bandwidth: () => [messages('bandwidth', 'array', 2, 'bandwidth of arrays')],
    rate: () => [
      messages('rate', 'array', 2, 'rate of arrays'),
      messages('rate', 'dict', 2, 'rate of objects'),
    ],
    ring: () => RING_RANKS.map((ranks) => messages('ring', 'array', ranks, `ring of ${ranks}`)),
    barrier: () => collective('barrier'),
    broadcast: () => [
      ...collective('broadcast', 'array', BYTES.broadcast),
      ...collective('broadcast', 'rows'),
    ],
    allreduce: () => [
      ...collective('allreduce', 'array', BYTES.allreduce),
      ...collective('allreduce', 'number'),
    ],
    alltoall: () => collective('alltoall', 'array', BYTES.alltoall),
    pool: () => [pool()],
    launch: () => launchRanks.map(launch),
    waiting: () => waitingRanks.map(waiting),
  };
  return tests.flatMap((test) => groups[test]()).filter((steps) => steps.length > 0);
}

/** Another step begins in each round, so that none always follows the same one. */
export function rotate<T>(items: readonly T[], by: number): T[] {
  const start = by % items.length;
  return [...items.slice(start), ...items.slice(0, start)];
}

function can(peer: Peer, test: Test, ranks: number): boolean {
  return peer.tests.includes(test) && ranks <= (peer.mostRanks ?? Number.POSITIVE_INFINITY);
}

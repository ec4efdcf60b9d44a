/** What tsmpi must reach, compared with one peer in the same run. */
export interface Bound {
  /** How the figure of tsmpi is seen: by itself, divided by that of the peer, or less it. */
  readonly of: 'itself' | 'ratio' | 'difference';
  /** Whose figure it is, where that is not `tsmpi`. */
  readonly ours?: string;
  /** The peer; empty where tsmpi is seen by itself. */
  readonly peer: string;
  readonly relation: '≤' | '≥' | '<';
  readonly value: number;
  /** Something to aim at, no target. */
  readonly stretch: boolean;
}

export interface Target {
  readonly subject: string;
  readonly bounds: readonly Bound[];
}

function atMost(value: number, peer: string): Bound {
  return { of: 'ratio', peer, relation: '≤', value, stretch: false };
}

function atLeast(value: number, peer: string): Bound {
  return { of: 'ratio', peer, relation: '≥', value, stretch: false };
}

function itself(relation: Bound['relation'], value: number): Bound {
  return { of: 'itself', peer: '', relation, value, stretch: false };
}

/** The same bound for workers that are spawned, where plain Node runs the program. */
function alsoSpawned(bounds: readonly Bound[]): Bound[] {
  return [...bounds, ...bounds.map((bound) => ({ ...bound, ours: 'tsmpi-spawned' }))];
}

function stretch(bound: Bound): Bound {
  return { ...bound, stretch: true };
}

const MIB = 2 ** 20;
const LARGE = [65_536, MIB, 16 * MIB, 64 * MIB];

/** The targets, in the order in which they are shown. */
export const TARGETS: readonly Target[] = [
  { subject: 'latency array 8', bounds: [atMost(0.5, 'mpi4py'), atMost(1.5, 'openmpi')] },
  { subject: 'latency dict', bounds: [atMost(0.5, 'mpi4py')] },
  { subject: 'latency rows', bounds: [atMost(0.6, 'mpi4py')] },
  { subject: 'latency floats', bounds: [atMost(0.2, 'mpi4py')] },
  ...LARGE.map((bytes) => ({
    subject: `latency array ${bytes}`,
    bounds: [atMost(1, 'openmpi'), stretch(atMost(1, 'openmpi-thp'))],
  })),
  ...LARGE.map((bytes) => ({
    subject: `bandwidth array ${bytes}`,
    bounds: [atLeast(1, 'openmpi'), stretch(atLeast(1, 'openmpi-thp'))],
  })),
  { subject: 'rate array 8', bounds: [atLeast(2, 'mpi4py')] },
  ...[4, 8].map((ranks) => ({ subject: `ring ${ranks}`, bounds: [atMost(1, 'openmpi')] })),
  { subject: 'barrier 4', bounds: [atMost(2, 'openmpi')] },
  {
    subject: `broadcast array ${MIB} on 4`,
    bounds: [atMost(1.2, 'openmpi'), stretch(atMost(1.2, 'openmpi-thp'))],
  },
  ...[2, 4].map((ranks) => ({
    subject: `broadcast rows on ${ranks}`,
    bounds: [atMost(0.8, 'mpi4py')],
  })),
  { subject: 'allreduce array 8 on 2', bounds: [atMost(1.5, 'mpi4py')] },
  ...[2, 4].map((ranks) => ({
    subject: `allreduce array ${MIB} on ${ranks}`,
    bounds: [atMost(1.5, 'openmpi'), stretch(atMost(1.5, 'openmpi-thp'))],
  })),
  ...[2, 4, 16, 64].map((ranks) => ({
    subject: `launch ${ranks}`,
    bounds: [atMost(1, 'mpi4py')],
  })),
  {
    subject: 'pool list',
    bounds: alsoSpawned([
      itself('≥', 1.8),
      atLeast(1, 'multiprocessing'),
      atLeast(0.97, 'bare-node'),
    ]),
  },
  {
    subject: 'pool equal',
    bounds: alsoSpawned([itself('≥', 1.95), atLeast(0.97, 'bare-node')]),
  },
  {
    subject: 'pool empty',
    bounds: alsoSpawned([atLeast(3, 'multiprocessing'), atLeast(1, 'piscina')]),
  },
  { subject: 'pool start', bounds: alsoSpawned([atMost(1.5, 'bare-node')]) },
  { subject: 'idle 2', bounds: [itself('<', 1)] },
  {
    subject: 'memory 16',
    bounds: [{ of: 'difference', peer: 'bare-node', relation: '≤', value: 8, stretch: false }],
  },
];

/** How tsmpi compares to one bound. */
export interface Verdict extends Bound {
  /** The ratio or the difference; undefined where one of the two was not measured. */
  readonly reached: number | undefined;
  readonly met: boolean | undefined;
}

/**
 * Compare the figures of one subject with what it should reach.
 *
 * @param figures  by peer
 */
export function judge(bound: Bound, figures: ReadonlyMap<string, number>): Verdict {
  const ours = figures.get(bound.ours ?? 'tsmpi');
  const theirs = bound.of === 'itself' ? 0 : figures.get(bound.peer);
  if (ours === undefined || theirs === undefined) {
    return { ...bound, reached: undefined, met: undefined };
  }
  const reached = bound.of === 'ratio' ? ours / theirs : ours - theirs;
  return { ...bound, reached, met: isMet(bound, reached) };
}

function isMet({ relation, value }: Bound, reached: number): boolean {
  if (relation === '≥') return reached >= value;
  return relation === '≤' ? reached <= value : reached < value;
}

import { median, type Sample, unitOf } from './figure.ts';
import { judge, TARGETS, type Verdict } from './targets.ts';

/** The figures of one peer for one subject, over all rounds. */
export interface Summary {
  readonly median: number;
  readonly min: number;
  readonly max: number;
  readonly rounds: number;
}

/** One subject: what each peer reached, and what tsmpi should. */
export interface Row {
  readonly subject: string;
  readonly unit: string;
  readonly peers: ReadonlyMap<string, Summary>;
  /** Empty if there is no target. */
  readonly verdicts: readonly Verdict[];
}

/** Put the samples of all rounds together: first the rows with targets, then all others. */
export function summarize(samples: readonly Sample[]): Row[] {
  const measured = new Set(samples.map(({ subject }) => subject));
  const withTarget = TARGETS.filter(({ subject }) => measured.has(subject));
  const known = new Set(withTarget.map(({ subject }) => subject));
  const others = [...measured].filter((subject) => !known.has(subject));
  const rowOf = (subject: string): Omit<Row, 'verdicts'> => {
    const peers = summarizePeers(samples.filter((sample) => sample.subject === subject));
    return { subject, unit: unitOf(subject), peers };
  };
  return [
    ...withTarget.map(({ subject, bounds }) => {
      const row = rowOf(subject);
      const medians = new Map([...row.peers].map(([peer, { median }]) => [peer, median]));
      return { ...row, verdicts: bounds.map((bound) => judge(bound, medians)) };
    }),
    ...others.map((subject) => ({ ...rowOf(subject), verdicts: [] })),
  ];
}

function summarizePeers(samples: readonly Sample[]): Map<string, Summary> {
  const byPeer = new Map<string, number[]>();
  for (const { peer, value } of samples) {
    const values = byPeer.get(peer) ?? [];
    byPeer.set(peer, [...values, value]);
  }
  return new Map(
    [...byPeer].map(([peer, values]) => {
      const min = Math.min(...values);
      const max = Math.max(...values);
      return [peer, { median: median(values), min, max, rounds: values.length }];
    }),
  );
}

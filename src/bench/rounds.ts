import type { Series } from './options.ts';
import type { Reading, Subject } from './reading.ts';
import { median } from './statistics.ts';

/** Something that is measured as a whole, by programs of its own. */
export interface Step {
  /** For people who wait. */
  readonly name: string;
  measure(series: Series): Promise<readonly Reading[]>;
}

/** All samples of one subject in one series. */
export interface Measurement extends Subject {
  readonly series: string;
  /** One of each round, in order. */
  readonly samples: readonly number[];
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/**
 * Measure everything once a round.
 *
 * Within a round each step is measured in all series, one right after the other, so that a change of
 * load meets all of them; who comes first changes with the round.
 *
 * @param progress  told what is being measured
 */
export async function measureAll(
  steps: readonly Step[],
  { rounds, series }: { readonly rounds: number; readonly series: readonly Series[] },
  progress: (text: string) => void = () => {},
): Promise<Measurement[]> {
  const samples = new Map<string, { series: string; subject: Subject; values: number[] }>();
  for (let round = 0; round < rounds; round += 1) {
    for (const step of steps) {
      for (let turn = 0; turn < series.length; turn += 1) {
        const one = series[(turn + round) % series.length] as Series;
        progress(`round ${round + 1} of ${rounds}: ${step.name}, ${one.name}`);
        for (const { value, ...subject } of await step.measure(one)) {
          const key = JSON.stringify([one.name, subject]);
          const known = samples.get(key) ?? { series: one.name, subject, values: [] };
          samples.set(key, known);
          known.values.push(value);
        }
      }
    }
  }
  return [...samples.values()].map(({ series: name, subject, values }) => ({
    series: name,
    ...subject,
    samples: values,
    median: median(values),
    min: Math.min(...values),
    max: Math.max(...values),
  }));
}

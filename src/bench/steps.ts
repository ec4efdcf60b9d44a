import { callTsrun, type Surroundings } from './call.ts';
import { measureIdle } from './idle.ts';
import { measureLaunch } from './launch.ts';
import { measureMemory } from './memory.ts';
import type { Test, What } from './names.ts';
import type { BenchOptions } from './options.ts';
import { readReadings } from './reading.ts';
import type { Step } from './rounds.ts';

/** What can be measured of which messages; all else of none in particular. */
const CONTENTS: Readonly<Record<'latency' | 'bandwidth' | 'rate', readonly What[]>> = {
  latency: ['array', 'fresh-array', 'dict', 'rows', 'floats'],
  bandwidth: ['array'],
  rate: ['array', 'dict'],
};

/** Decide what is to be measured, in which order. */
export function chooseSteps(options: BenchOptions, surroundings: Surroundings): Step[] {
  return options.tests.flatMap((test) => stepsOf(test, options, surroundings));
}

function stepsOf(test: Test, options: BenchOptions, surroundings: Surroundings): Step[] {
  switch (test) {
    case 'latency':
    case 'bandwidth':
    case 'rate':
      // Each kind of message has processes of its own: what V8 learnt of one would slow down another.
      return options.whats
        .filter((what) => CONTENTS[test].includes(what))
        .map((what) => messages(test, what, 2, options, surroundings));
    case 'ring':
      return options.ranks.ring.map((ranks) =>
        messages(test, undefined, ranks, options, surroundings),
      );
    case 'launch':
      return options.ranks.launch.map((ranks) => ({
        name: `launch of ${ranks}`,
        measure: (series) => measureLaunch(series, ranks, surroundings),
      }));
    case 'memory':
      return options.ranks.memory.map((ranks) => ({
        name: `memory of ${ranks}`,
        measure: (series) => measureMemory(series, ranks, surroundings),
      }));
    case 'idle':
      return [{ name: 'idle', measure: (series) => measureIdle(series, surroundings) }];
  }
}

function messages(
  test: Test,
  what: What | undefined,
  ranks: number,
  { sizes, seconds }: BenchOptions,
  surroundings: Surroundings,
): Step {
  const args = ['--tests', test, '--sizes', sizes.join(), '--seconds', String(seconds)];
  if (what !== undefined) args.push('--what', what);
  return {
    name: what === undefined ? `${test} of ${ranks}` : `${test} of ${what}`,
    measure: async (series) => {
      const program = ['messages-rank', ...args] as const;
      return readReadings((await callTsrun(series, ranks, program, surroundings)).stdout);
    },
  };
}

import { callTsrun, type Surroundings } from './call.ts';
import { measureIdle } from './idle.ts';
import { measureLaunch } from './launch.ts';
import { measureMemory } from './memory.ts';
import type { Test, What } from './names.ts';
import type { BenchOptions } from './options.ts';
import { measurePools } from './pool.ts';
import { readReadings } from './reading.ts';
import type { Step } from './rounds.ts';
import { measureSpawn } from './spawn.ts';

/** What can be measured of which messages; all else of none in particular. */
const CONTENTS = {
  latency: ['array', 'fresh-array', 'dict', 'rows', 'floats'],
  bandwidth: ['array'],
  rate: ['array', 'dict'],
  broadcast: ['array', 'rows'],
  allreduce: ['array', 'number'],
  alltoall: ['array'],
} as const satisfies { readonly [T in Test]?: readonly What[] };

/** Bytes of what each rank contributes to a collective; to an alltoall for each peer. */
const COLLECTIVE_SIZES = { broadcast: [2 ** 20], allreduce: [8, 2 ** 20], alltoall: [2 ** 16] };

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
      return contents(test, options).map((what) =>
        program('messages', test, what, 2, options, surroundings),
      );
    case 'ring':
      return options.ranks.ring.map((ranks) =>
        program('messages', test, undefined, ranks, options, surroundings),
      );
    case 'barrier':
      return options.ranks.collectives.map((ranks) =>
        program('collectives', test, undefined, ranks, options, surroundings),
      );
    case 'broadcast':
    case 'allreduce':
    case 'alltoall': {
      const fixed = { ...options, sizes: COLLECTIVE_SIZES[test] };
      return contents(test, options).flatMap((what) =>
        options.ranks.collectives.map((ranks) =>
          program('collectives', test, what, ranks, fixed, surroundings),
        ),
      );
    }
    case 'store':
      return options.ranks.store.map((ranks) =>
        program('store', test, undefined, ranks, options, surroundings),
      );
    case 'pool':
      return [
        {
          name: 'pool',
          measure: (series) => measurePools(series, options.seconds, surroundings),
        },
      ];
    case 'launch':
      return options.ranks.launch.map((ranks) => ({
        name: `launch of ${ranks}`,
        measure: (series) => measureLaunch(series, ranks, surroundings),
      }));
    case 'spawn':
      return options.ranks.spawn.map((ranks) => ({
        name: `spawn of ${ranks}`,
        measure: (series) => measureSpawn(series, ranks, surroundings),
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

function contents(test: keyof typeof CONTENTS, { whats }: BenchOptions): What[] {
  const possible: readonly What[] = CONTENTS[test];
  return whats.filter((what) => possible.includes(what));
}

function program(
  name: 'messages' | 'collectives' | 'store',
  test: Test,
  what: What | undefined,
  ranks: number,
  { sizes, seconds }: BenchOptions,
  surroundings: Surroundings,
): Step {
  const args = ['--tests', test, '--sizes', sizes.join(), '--seconds', String(seconds)];
  if (what !== undefined) args.push('--what', what);
  const of = what === undefined ? '' : ` of ${what}`;
  return {
    name: `${test}${of} on ${ranks}`,
    measure: async (series) => {
      const command = [`${name}-rank`, ...args] as const;
      return readReadings((await callTsrun(series, ranks, command, surroundings)).stdout);
    },
  };
}

import { type Figure, readFigures, type Sample } from './figure.ts';
import { rotate, type Step } from './plan.ts';
import { type Ended, type RunOptions, run } from './run.ts';
import { measureWaiting } from './waiting.ts';

/** A program that did not do what it was started for. */
export interface Problem {
  readonly round: number;
  readonly peer: string;
  readonly group: string;
  readonly reason: string;
}

export interface Rounds {
  readonly samples: readonly Sample[];
  readonly problems: readonly Problem[];
}

/**
 * Run all steps of all groups once in each round.
 *
 * @param tell  told what is about to run
 */
export async function runRounds(
  groups: readonly (readonly Step[])[],
  rounds: number,
  options: RunOptions,
  tell: (what: string) => void,
): Promise<Rounds> {
  const samples: Sample[] = [];
  const problems: Problem[] = [];
  const hung = new Set<Step>();
  await warmUp(groups.flat(), options, tell);
  for (let round = 1; round <= rounds; round += 1) {
    for (const group of groups) {
      tell(`round ${round} of ${rounds}: ${group[0]?.group}`);
      for (const step of rotate(group, round - 1)) {
        if (options.signal.aborted) return { samples, problems };
        if (hung.has(step)) continue;
        const { peer } = step;
        const { ended, figures } = await runStep(step, options);
        samples.push(...figures.map((figure) => ({ round, peer, ...figure })));
        const reason = ended.problem ?? (figures.length === 0 ? 'it printed nothing' : undefined);
        if (reason === undefined) continue;
        problems.push({ round, peer, group: step.group, reason });
        // It would most likely take as long again in each round.
        if (reason.startsWith('killed')) hung.add(step);
      }
    }
  }
  return { samples, problems };
}

/** Launch once what is timed from launch to exit: caches are warm from then on. */
async function warmUp(
  steps: readonly Step[],
  options: RunOptions,
  tell: (what: string) => void,
): Promise<void> {
  const launches = steps.filter(({ kind }) => kind === 'launch');
  if (launches.length > 0) tell('warming up');
  for (const { command } of launches) await run(command, options);
}

async function runStep(
  step: Step,
  options: RunOptions,
): Promise<{ readonly ended: Ended; readonly figures: readonly Figure[] }> {
  const { kind, command, ranks } = step;
  if (kind === 'waiting') return await measureWaiting(command, ranks, options);
  const ended = await run(command, options);
  if (kind === 'messages') return { ended, figures: readFigures(ended.stdout) };
  const arrived = ended.stdout.includes('Processor 0 received message');
  if (ended.problem !== undefined || !arrived) return { ended, figures: [] };
  return { ended, figures: [{ subject: `launch ${ranks}`, value: ended.ms }] };
}

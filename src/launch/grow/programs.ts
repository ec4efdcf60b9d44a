import { resolve } from 'node:path';
import type { SpawnProgram } from '../../control/message.ts';
import { shown } from '../options/quote.ts';
import { UsageError } from '../options/usage-error.ts';
import { MAX_RANKS } from '../options/values.ts';
import { folderFault, type RankPlan } from '../plan.ts';

/** One process that is to be spawned, before it is known where and under which number. */
export interface Wanted
  extends Pick<RankPlan, 'program' | 'args' | 'env' | 'wdir' | 'nodeArgs' | 'app'> {
  /** Hosts of the job to choose from, as `-H` names them. */
  readonly hosts: string | undefined;
}

/** What all processes that one rank asks for take over from it and from the launcher. */
export interface Heritage extends Pick<RankPlan, 'nodeArgs' | 'app'> {
  /** The launcher's working folder, absolute. */
  readonly cwd: string;
  /** Whether every folder is looked for on this host; otherwise each host looks for itself. */
  readonly onThisHost: boolean;
}

/**
 * Decide what each process runs that is asked for, in the order of their ranks.
 *
 * @throws UsageError for what cannot be meant
 */
export function wantedProcesses(
  programs: readonly SpawnProgram[],
  { cwd, onThisHost, nodeArgs, app }: Heritage,
): readonly Wanted[] {
  const wanted: Wanted[] = [];
  for (const { program, n, args, env, wdir, hosts } of programs) {
    if (!Number.isInteger(n) || n < 1 || wanted.length + n > MAX_RANKS) {
      throw new UsageError(
        `${n} processes of ${program} cannot be started; at once that is a whole number from 1 to ${MAX_RANKS}`,
      );
    }
    const folder = wdir === undefined ? cwd : resolve(cwd, wdir);
    const fault = onThisHost ? folderFault(folder) : undefined;
    if (fault !== undefined) {
      throw new UsageError(`wdir ${shown(wdir ?? cwd)}: ${fault}; looked for ${folder}`);
    }
    const path = resolve(cwd, program);
    const one = { program: path, args, env, wdir: folder, nodeArgs, app, hosts };
    for (let i = 0; i < n; i += 1) wanted.push(one);
  }
  if (wanted.length === 0) throw new UsageError('no program is named');
  return wanted;
}

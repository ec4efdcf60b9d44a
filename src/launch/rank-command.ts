import { JOB_VARIABLE } from '../base/environment.ts';
import type { RankStart } from '../control/message.ts';
import { BOOTSTRAP } from './installation.ts';
import type { JobOptions } from './options.ts';
import type { RankPlan } from './plan.ts';
import type { RankCommand } from './start/start.ts';

/**
 * Turn the plan into the processes to start: plain Node, on what was compiled once.
 *
 * @param compiled  the compiled entry of each source file
 * @param common  what all ranks of the job are told
 * @param segment  the file that is their shared memory
 */
export function rankCommands(
  ranks: readonly RankPlan[],
  compiled: ReadonlyMap<string, string>,
  common: Omit<RankStart, 'rank' | 'program' | 'compiled'>,
  segment: number | undefined,
  stdin: JobOptions['stdin'],
  process: NodeJS.Process,
): RankCommand[] {
  const inherited = definedOnly(process.env);
  return ranks.map(({ rank, program, args, env, wdir, nodeArgs }) => {
    const start: RankStart = {
      ...common,
      rank,
      program,
      compiled: compiled.get(program) ?? program,
      // With options that others do not have, V8 would refuse their code.
      code: nodeArgs.length === 0 ? common.code : undefined,
    };
    return {
      rank,
      execPath: process.execPath,
      args: ['--enable-source-maps', ...nodeArgs, BOOTSTRAP, ...args],
      env: {
        ...inherited,
        ...env,
        // For wrappers and scripts; the runtime itself goes by the job variable alone.
        TSMPI_RANK: String(rank),
        TSMPI_SIZE: String(common.size),
        [JOB_VARIABLE]: JSON.stringify(start),
      },
      cwd: wdir,
      stdin: stdin === 'all' || stdin === rank ? 'pipe' : 'null',
      segment,
    };
  });
}

function definedOnly(env: NodeJS.ProcessEnv): Record<string, string> {
  const entries = Object.entries(env).filter((entry): entry is [string, string] => {
    return entry[1] !== undefined;
  });
  return Object.fromEntries(entries);
}

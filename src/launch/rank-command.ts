import { JOB_VARIABLE } from '../base/environment.ts';
import type { RankStart } from '../control/message.ts';
import type { Installation } from './installation.ts';
import type { RankCommand } from './start/start.ts';

/** One rank, as the host that it runs on knows it. */
export interface RankToStart {
  readonly rank: number;
  /** How messages call it, if not by its number: `rank 1 of child.ts`. */
  readonly name?: string | undefined;
  /** The user's source file. */
  readonly program: string;
  /** What was compiled of it, on this host. */
  readonly compiled: string;
  readonly args: readonly string[];
  /** What `-x` sets, besides the environment of this process. */
  readonly env: Readonly<Record<string, string>>;
  /** A folder of this host. */
  readonly wdir: string;
  readonly nodeArgs: readonly string[];
  readonly stdin: 'pipe' | 'null';
}

/** What the ranks of one host have in common. */
export interface HostStart {
  /** What they are told. */
  readonly common: Omit<RankStart, 'rank' | 'program' | 'compiled'>;
  /** The tsmpi of this host. */
  readonly installation: Installation;
  /** The file that is their shared memory. */
  readonly segment: number | undefined;
}

/** Make the command that starts a rank on this host: plain Node, on what was compiled once. */
export function rankCommand(
  { rank, name, program, compiled, args, env, wdir, nodeArgs, stdin }: RankToStart,
  { common, installation, segment }: HostStart,
  process: Pick<NodeJS.Process, 'execPath' | 'env'>,
): RankCommand {
  const start: RankStart = {
    ...common,
    rank,
    program,
    compiled,
    // With options that others do not have, V8 would refuse their code.
    code: nodeArgs.length === 0 ? common.code : undefined,
  };
  return {
    rank,
    name,
    execPath: process.execPath,
    args: ['--enable-source-maps', ...nodeArgs, installation.bootstrap, ...args],
    env: {
      ...definedOnly(process.env),
      ...env,
      // For wrappers and scripts; the runtime itself goes by the job variable alone.
      TSMPI_RANK: String(rank - (common.world?.first ?? 0)),
      TSMPI_SIZE: String(common.world?.count ?? common.size),
      [JOB_VARIABLE]: JSON.stringify(start),
    },
    cwd: wdir,
    stdin,
    segment,
  };
}

function definedOnly(env: NodeJS.ProcessEnv): Record<string, string> {
  const entries = Object.entries(env).filter((entry): entry is [string, string] => {
    return entry[1] !== undefined;
  });
  return Object.fromEntries(entries);
}

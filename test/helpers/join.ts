import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import type { ExecutionContext } from 'ava';
import { MeetingPlace } from '../../src/launch/join/place.ts';
import { until } from './launcher.ts';
import { Run, TSRUN } from './run.ts';

/** Starts processes as another launcher does: side by side, each with variables that say which one it is. */
const STARTER = `
  const { spawn } = require('node:child_process');
  for (const { rank, env, argv } of JSON.parse(process.argv[1])) {
    const child = spawn(process.execPath, argv, {
      env: { ...process.env, ...env },
      stdio: [rank === 0 ? 'inherit' : 'ignore', 'inherit', 'inherit'],
    });
    console.error('join ' + rank + ' is ' + child.pid);
    child.on('exit', (code, signal) => console.error('join ' + rank + ' ended with ' + (code ?? signal)));
  }
`;

/** What another launcher would set. */
export type Variables = (rank: number, size: number) => Readonly<Record<string, string>>;

/** As mpirun of Open MPI does, for ranks that are all on this host. */
export function openMpi(job: string): Variables {
  return (rank, size) => ({
    OMPI_COMM_WORLD_RANK: String(rank),
    OMPI_COMM_WORLD_SIZE: String(size),
    OMPI_COMM_WORLD_LOCAL_SIZE: String(size),
    PMIX_NAMESPACE: job,
    // Those of a daemon that srun has started, which say nothing of the ranks.
    SLURM_PROCID: '0',
    SLURM_STEP_ID: '0',
    SLURM_STEP_NUM_TASKS: '1',
  });
}

/** What to start. */
export interface Joining {
  /** How many ranks the launcher says there are. */
  readonly size: number;
  /** Which of them it starts; all, if left out. */
  readonly ranks?: readonly number[];
  readonly args: (rank: number) => readonly string[];
  readonly variables?: Variables;
  readonly stdin?: Uint8Array;
}

/** Processes of `tsrun join` that were started side by side. */
export class Joined {
  readonly run: Run;
  readonly #place: MeetingPlace;

  static async start(
    t: ExecutionContext,
    { size, ranks, args, variables, stdin }: Joining,
  ): Promise<Joined> {
    const job = randomUUID();
    const set = variables ?? openMpi(job);
    const all = ranks ?? Array.from({ length: size }, (_, rank) => rank);
    const list = all.map((rank) => ({
      rank,
      env: set(rank, size),
      argv: [TSRUN, 'join', ...args(rank)],
    }));
    const run = await Run.node(t, ['-e', STARTER, JSON.stringify(list)], stdin && { stdin });
    return new Joined(run, new MeetingPlace(`mpirun ${job}`));
  }

  private constructor(run: Run, place: MeetingPlace) {
    this.run = run;
    this.#place = place;
  }

  /** Where they meet, if they do as `openMpi` says. */
  get place(): string {
    return this.#place.folder;
  }

  /** End the `tsrun join` of a rank. */
  async kill(rank: number, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const [, pid] = await this.run.told(new RegExp(`join ${rank} is (\\d+)`));
    process.kill(Number(pid), signal);
  }

  /** Wait until nothing is left: no process, no folder of a job, no place to meet. */
  async gone(): Promise<void> {
    await this.run.gone();
    await until('the place to meet is gone', () => !existsSync(this.#place.folder));
  }
}

/** How each process ended, by rank. */
export function endings(stderr: string): string[] {
  const found: string[] = [];
  for (const [, rank, how] of stderr.matchAll(/^join (\d+) ended with (\w+)$/gm)) {
    found[Number(rank)] = how ?? '';
  }
  return found;
}

/** What was said, without what the starter says. */
export function said(stderr: string): string[] {
  return stderr.split('\n').filter((line) => line !== '' && !/^join \d+ (is|ended)/.test(line));
}

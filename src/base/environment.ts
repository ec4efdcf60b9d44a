/** The one place that reads the process environment. */

/** Carries the `RankStart` of a rank, as JSON. */
export const JOB_VARIABLE = 'TSMPI_JOB';

/** Says that a process is the worker of a pool. */
const WORKER_VARIABLE = 'TSMPI_POOL_WORKER';

/** Says where the runtime is, to programs that were compiled elsewhere, and to those they start. */
const RUNTIME_VARIABLE = 'TSMPI_RUNTIME';

type Environment = Record<string, string | undefined>;

/**
 * Take out what the launcher left for this process, if anything.
 *
 * It is removed, so that a program that this rank starts does not take itself for the same rank.
 */
export function takeJob(env: Environment): string | undefined {
  const job = env[JOB_VARIABLE];
  delete env[JOB_VARIABLE];
  return job;
}

/** What the environment of a process has in it that is to be the worker of a pool. */
export function workerEnvironment(): Record<string, string> {
  return { [WORKER_VARIABLE]: '1' };
}

/** Whether this process is the worker of a pool. It is forgotten, so that what this one starts is none. */
export function takeWorker(env: Environment): boolean {
  const isWorker = env[WORKER_VARIABLE] !== undefined;
  delete env[WORKER_VARIABLE];
  return isWorker;
}

/** The options of Node that the environment gives to every process. */
export function nodeOptions(env: Environment): string {
  return env.NODE_OPTIONS ?? '';
}

/** Leave to the program where the runtime is. @param path  of the file to require */
export function leaveRuntime(env: Environment, path: string): void {
  env[RUNTIME_VARIABLE] = path;
}

/** Name the foreign launcher that started this process as one of several, if one did. */
export function foreignLauncher(env: Environment): string | undefined {
  if (Number(env.OMPI_COMM_WORLD_SIZE) > 1) return 'mpirun';
  if (Number(env.PMI_SIZE) > 1) return 'mpiexec';
  if (env.SLURM_STEP_ID !== undefined && Number(env.SLURM_STEP_NUM_TASKS) > 1) return 'srun';
  return undefined;
}

/** The folder that the system keeps for what the processes of this user share while they run; undefined if it names none. */
export function runtimeFolder(env: Environment): string | undefined {
  const folder = env.XDG_RUNTIME_DIR;
  // The XDG specification has relative values ignored.
  return folder?.startsWith('/') ? folder : undefined;
}

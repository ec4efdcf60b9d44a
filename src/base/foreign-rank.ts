/** What other launchers tell the processes that they start, each as one rank of several. */

type Environment = Readonly<Record<string, string | undefined>>;

/** A rank as somebody else's launcher has started it. */
export interface ForeignRank {
  /** The command that the user typed. */
  readonly launcher: 'mpirun' | 'mpiexec' | 'srun';
  /** The variable that tells the rank, for messages. */
  readonly variable: string;
  readonly rank: number;
  readonly size: number;
  /** How many ranks of the job are on this host; undefined if nothing tells. */
  readonly localSize: number | undefined;
  /** What this job is called by its launcher on every host; undefined if it has no name. */
  readonly job: string | undefined;
  /** The hosts on which there may be ranks, where Slurm has given them. */
  readonly slurm: SlurmHosts | undefined;
}

/** Hosts of an allocation. */
export interface SlurmHosts {
  /** All of them, as Slurm writes them: `node[1-4]`. */
  readonly nodes: string;
  /** What Slurm calls this one; undefined if it is none of them. */
  readonly own: string | undefined;
}

/** From this number on, steps are not tasks of the user's: an interactive shell, the batch script. */
const FIRST_SPECIAL_STEP = 2 ** 32 - 16;

/**
 * Find out as which rank another launcher started this process; undefined if none did.
 *
 * mpirun in an allocation starts its daemons by srun, so its ranks see the variables of both: Slurm's own come last.
 */
export function foreignRank(env: Environment): ForeignRank | undefined {
  return byOpenMpi(env) ?? byPmi(env) ?? bySlurm(env);
}

/** The variables that are looked for, for messages. */
export const FOREIGN_VARIABLES: readonly string[] = [
  'OMPI_COMM_WORLD_RANK',
  'PMI_RANK',
  'PMIX_RANK',
  'SLURM_PROCID',
];

function byOpenMpi(env: Environment): ForeignRank | undefined {
  const place = placeOf(env.OMPI_COMM_WORLD_RANK, env.OMPI_COMM_WORLD_SIZE);
  if (place === undefined) return undefined;
  return {
    launcher: 'mpirun',
    variable: 'OMPI_COMM_WORLD_RANK',
    ...place,
    localSize: count(env.OMPI_COMM_WORLD_LOCAL_SIZE),
    job: env.PMIX_NAMESPACE ?? env.OMPI_MCA_ess_base_jobid,
    slurm: allocation(env),
  };
}

function byPmi(env: Environment): ForeignRank | undefined {
  const place = placeOf(env.PMI_RANK, env.PMI_SIZE);
  if (place === undefined) return undefined;
  const bySrun = bySlurm(env);
  // With --mpi=pmi2 srun sets both, and they agree.
  if (
    bySrun?.rank === place.rank &&
    bySrun.size === place.size &&
    env.HYDI_CONTROL_FD === undefined
  ) {
    return { ...bySrun, variable: 'PMI_RANK' };
  }
  const localSize = count(env.MPI_LOCALNRANKS);
  const slurm = allocation(env);
  return {
    launcher: 'mpiexec',
    variable: 'PMI_RANK',
    ...place,
    localSize,
    // On several hosts all proxies are tasks of one step; on one, the step may have had other jobs before.
    job: env.PMI_JOBID ?? (localSize === place.size ? undefined : stepOf(env)),
    slurm,
  };
}

function bySlurm(env: Environment): ForeignRank | undefined {
  const step = count(env.SLURM_STEP_ID);
  if (step === undefined || step >= FIRST_SPECIAL_STEP) return undefined;
  const variable = env.PMIX_RANK === undefined ? 'SLURM_PROCID' : 'PMIX_RANK';
  const place = placeOf(env[variable], env.SLURM_STEP_NUM_TASKS);
  if (place === undefined) return undefined;
  const nodes = env.SLURM_STEP_NODELIST ?? env.SLURM_JOB_NODELIST;
  const localSize = env.SLURM_STEP_NUM_NODES === '1' ? place.size : tasksHere(env);
  return {
    launcher: 'srun',
    variable,
    ...place,
    localSize,
    job: stepOf(env),
    slurm: nodes === undefined ? undefined : { nodes, own: env.SLURMD_NODENAME },
  };
}

/** The hosts of the allocation in which another launcher runs. */
function allocation(env: Environment): SlurmHosts | undefined {
  const nodes = env.SLURM_JOB_NODELIST;
  if (env.SLURM_JOB_ID === undefined || nodes === undefined) return undefined;
  return { nodes, own: env.SLURMD_NODENAME };
}

function stepOf(env: Environment): string | undefined {
  if (env.SLURM_JOB_ID === undefined || env.SLURM_STEP_ID === undefined) return undefined;
  return `${env.SLURM_JOB_ID}.${env.SLURM_STEP_ID}`;
}

/** How many tasks of the step this node has: `2(x2),1` tells it of each; which these are it does not. */
function tasksHere(env: Environment): number | undefined {
  const node = count(env.SLURM_NODEID);
  if (node === undefined) return undefined;
  let first = 0;
  for (const part of (env.SLURM_STEP_TASKS_PER_NODE ?? '').split(',')) {
    const [, tasks = '', times = '1'] = /^(\d+)(?:\(x(\d+)\))?$/.exec(part) ?? [];
    if (tasks === '') return undefined;
    first += Number(times);
    if (node < first) return Number(tasks);
  }
  return undefined;
}

function placeOf(rank?: string, size?: string): { rank: number; size: number } | undefined {
  const place = { rank: count(rank) ?? -1, size: count(size) ?? 0 };
  return place.rank >= 0 && place.rank < place.size ? place : undefined;
}

function count(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,10}$/.test(text) ? Number(text) : undefined;
}

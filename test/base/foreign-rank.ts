import test from 'ava';
import { foreignRank } from '../../src/base/foreign-rank.ts';

/** A task of srun, on the second of two nodes with three and one. */
const TASK = {
  SLURM_JOB_ID: '7',
  SLURM_STEP_ID: '0',
  SLURM_PROCID: '3',
  SLURM_NODEID: '1',
  SLURM_STEP_NUM_TASKS: '4',
  SLURM_STEP_NUM_NODES: '2',
  SLURM_STEP_TASKS_PER_NODE: '3,1',
  SLURM_STEP_NODELIST: 'node[1-2]',
  SLURM_JOB_NODELIST: 'node[1-3]',
  SLURMD_NODENAME: 'node2',
};

const OPEN_MPI = {
  OMPI_COMM_WORLD_RANK: '1',
  OMPI_COMM_WORLD_SIZE: '8',
  OMPI_COMM_WORLD_LOCAL_SIZE: '4',
  PMIX_NAMESPACE: '1234567',
  PMIX_RANK: '1',
};

const HYDRA = { PMI_RANK: '2', PMI_SIZE: '3', MPI_LOCALNRANKS: '3' };

test('a task of srun knows its place, its hosts and how many are here', (t) => {
  t.deepEqual(foreignRank(TASK), {
    launcher: 'srun',
    variable: 'SLURM_PROCID',
    rank: 3,
    size: 4,
    localSize: 1,
    job: '7.0',
    slurm: { nodes: 'node[1-2]', own: 'node2' },
  });
  const counts = ['2(x2),1', '1', '1', '4,x', ''].map((tasks, node) =>
    foreignRank({ ...TASK, SLURM_STEP_TASKS_PER_NODE: tasks, SLURM_NODEID: String(node) }),
  );
  t.deepEqual(
    counts.map((rank) => rank?.localSize),
    [2, undefined, undefined, undefined, undefined],
  );
});

test('the plugins of srun add variables, and change nothing', (t) => {
  t.like(foreignRank({ ...TASK, PMI_RANK: '3', PMI_SIZE: '4', PMI_JOBID: '7.0' }), {
    launcher: 'srun',
    rank: 3,
    job: '7.0',
    localSize: 1,
  });
  t.like(foreignRank({ ...TASK, PMIX_RANK: '3', PMIX_NAMESPACE: 'slurm.pmix.7.0' }), {
    launcher: 'srun',
    variable: 'PMIX_RANK',
    rank: 3,
    size: 4,
  });
});

test('the ranks of mpirun and mpiexec are not those of the daemons that srun started for them', (t) => {
  t.deepEqual(foreignRank({ ...TASK, ...OPEN_MPI }), {
    launcher: 'mpirun',
    variable: 'OMPI_COMM_WORLD_RANK',
    rank: 1,
    size: 8,
    localSize: 4,
    job: '1234567',
    slurm: { nodes: 'node[1-3]', own: 'node2' },
  });
  const hydra = { PMI_RANK: '2', PMI_SIZE: '6', MPI_LOCALNRANKS: '3' };
  t.like(foreignRank({ ...TASK, ...hydra }), { launcher: 'mpiexec', rank: 2, size: 6, job: '7.0' });
});

test('outside of Slurm there are no hosts to go to', (t) => {
  t.like(foreignRank(OPEN_MPI), { rank: 1, job: '1234567', slurm: undefined });
  t.like(foreignRank(HYDRA), { launcher: 'mpiexec', rank: 2, job: undefined, slurm: undefined });
});

test('what is no rank of several processes is none', (t) => {
  for (const environment of [
    {},
    { OMPI_COMM_WORLD_RANK: '1' },
    { OMPI_COMM_WORLD_RANK: '2', OMPI_COMM_WORLD_SIZE: '2' },
    { PMI_RANK: 'x', PMI_SIZE: '2' },
    { PMI_RANK: '-1', PMI_SIZE: '2' },
    { PMIX_RANK: '0' },
    { SLURM_PROCID: '0', SLURM_JOB_ID: '7' },
    { ...TASK, SLURM_STEP_ID: '4294967290' },
  ]) {
    t.is(foreignRank(environment), undefined, JSON.stringify(environment));
  }
});

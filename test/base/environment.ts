import test from 'ava';
import { foreignLauncher, JOB_VARIABLE, takeJob } from '../../src/base/environment.ts';

test('the job is taken out of the environment, so that children do not inherit it', (t) => {
  const environment = { [JOB_VARIABLE]: '{}', PATH: '/bin' };
  t.is(takeJob(environment), '{}');
  t.deepEqual(environment, { PATH: '/bin' } as never);
  t.is(takeJob(environment), undefined);
});

test('a foreign launcher is known by the size that it tells, if that is more than one', (t) => {
  t.is(foreignLauncher({ OMPI_COMM_WORLD_SIZE: '4' }), 'mpirun');
  t.is(foreignLauncher({ PMI_SIZE: '2' }), 'mpiexec');
  t.is(foreignLauncher({ SLURM_STEP_ID: '0', SLURM_STEP_NUM_TASKS: '8' }), 'srun');
  for (const environment of [
    {},
    { OMPI_COMM_WORLD_SIZE: '1' },
    { PMI_SIZE: 'x' },
    { SLURM_STEP_NUM_TASKS: '8' },
    { SLURM_STEP_ID: '0', SLURM_STEP_NUM_TASKS: '1' },
  ]) {
    t.is(foreignLauncher(environment), undefined);
  }
});

import test from 'ava';
import { readOptions, type Test } from '../../scripts/peers/driver/options.ts';
import { allPeers } from '../../scripts/peers/driver/peers.ts';
import { plan } from '../../scripts/peers/driver/plan.ts';

/** Which peers run in each group. */
function groups(...tests: Test[]): Record<string, string[]> {
  const options = readOptions(['--tests', tests.join()]);
  if (options === undefined) throw new Error('this is no help');
  const steps = plan(allPeers(options, '/tmp'), options);
  return Object.fromEntries(
    steps.map((group) => [group[0]?.group ?? '', group.map(({ peer }) => peer)]),
  );
}

test('a collective is measured of all that have it, of values only where they can be sent', (t) => {
  const arrays = ['tsmpi', 'openmpi', 'openmpi-thp', 'mpich', 'mpi4py'];
  t.deepEqual(groups('broadcast'), {
    'broadcast of array on 2': arrays,
    'broadcast of array on 4': arrays,
    'broadcast of rows on 2': ['tsmpi', 'mpi4py'],
    'broadcast of rows on 4': ['tsmpi', 'mpi4py'],
  });
});

test('a barrier holds nothing, so memory makes no difference to it', (t) => {
  const peers = ['tsmpi', 'openmpi', 'mpich', 'mpi4py'];
  t.deepEqual(groups('barrier'), { 'barrier on 2': peers, 'barrier on 4': peers });
});

test('a pool is measured of all that have one, and of workers that each kind of start gives', (t) => {
  const peers = ['tsmpi', 'tsmpi-spawned', 'multiprocessing', 'piscina', 'bare-node'];
  t.deepEqual(groups('pool'), { 'pool of 2': peers });
});

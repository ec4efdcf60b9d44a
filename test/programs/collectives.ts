import test from 'ava';
import { ALGORITHMS } from '../../src/base/algorithms.ts';
import { tsrun } from '../helpers/run.ts';

for (const transport of ['shm', 'zeromq']) {
  for (const ranks of [2, 4, 7]) {
    test(`${ranks} processes over ${transport} come to the results of one, by every algorithm`, async (t) => {
      t.timeout(240_000);
      const algorithms = JSON.stringify(ALGORITHMS);
      const args = ['-n', String(ranks), '--transport', transport, 'collectives.ts', algorithms];
      const { code, stdout, stderr } = await tsrun(t, args);
      t.is(code, 0, stderr);
      t.regex(stdout, /^\d{3,} calls\n$/);
    });
  }
}

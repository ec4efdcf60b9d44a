import test from 'ava';
import { tsrun } from '../helpers/run.ts';

const CASES: readonly (readonly [ranks: number, ...options: string[]])[] = [
  [2, '--transport', 'shm'],
  [4, '--transport', 'shm'],
  [7, '--transport', 'shm'],
  [4, '--transport', 'zeromq'],
  [7, '--transport', 'zeromq'],
  [4, '--check'],
  [5, '--eager', '0'],
];

for (const [ranks, ...options] of CASES) {
  test(`${ranks} processes make communicators of communicators, ${options.join(' ')}`, async (t) => {
    t.timeout(240_000);
    const { code, stdout, stderr } = await tsrun(t, [
      '-n',
      String(ranks),
      ...options,
      'communicators.ts',
    ]);
    t.is(code, 0, stderr);
    t.is(stdout, 'done\n');
  });
}

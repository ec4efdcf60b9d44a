import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { lineOf, plain, Run, temporaryFolder, tsrun } from '../helpers/run.ts';

const line = (text: string): string => lineOf('where.ts', text);

const PART = `${line('return await')} in part`;
const BOTH = line('Promise.all');

/** Where the ranks of `test/ranks/where.ts` are. */
const TABLE = [
  `  rank 0  waits # s  receive from 2, tag 7  ${PART} ← ${line('rank === 0')}`,
  `  rank 1  waits # s  receive from 2, tag 1  Promise.all (index 0) ← ${BOTH}`,
  `  waits # s  receive from 2, tag 7  ${PART} ← Promise.all (index 1) ← ${BOTH}`,
  '  rank 2  busy: computing, or in a synchronous call',
  '  rank 3  waits # s  receive from 1, any tag  started, not awaited',
];

test('SIGQUIT shows for each rank the lines it waits in, and the job goes on', async (t) => {
  const gate = join(temporaryFolder(t), 'gate');
  const run = await Run.tsrun(t, ['-n', '4', 'where.ts', gate]);
  await run.told('ready 0', 'ready 1', 'ready 2', 'ready 3');
  run.signal('SIGQUIT');
  await run.told('not awaited');
  run.signal('SIGQUIT');
  await run.told(/not awaited.*not awaited/s);
  writeFileSync(gate, '');
  const { code, stdout, stderr } = await run.ended;
  t.is(code, 0);
  t.deepEqual(stdout.match(/done \d/g)?.sort(), ['done 0', 'done 1', 'done 2', 'done 3']);
  const shown = ['tsrun: where the ranks are (Ctrl-\\):', ...TABLE];
  t.deepEqual(plain(stderr), [...shown, ...shown]);
});

test('--timeout shows the same table and ends the job with 124', async (t) => {
  const { code, stderr } = await tsrun(t, ['-n', '4', '--timeout', '4', 'where.ts', '/no/gate']);
  t.is(code, 124);
  const reason = 'tsrun: the job ran longer than --timeout 4 s and was stopped';
  t.deepEqual(plain(stderr), [reason, 'tsrun: where the ranks were:', ...TABLE]);
});

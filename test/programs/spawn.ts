import test from 'ava';
import { plain, tsrun } from '../helpers/run.ts';

const AGENTS = ['--launcher', 'sh -c "{command}"'];

for (const options of [
  ['-n', '1'],
  ['-n', '3'],
  ['-n', '1', '--transport', 'zeromq'],
  ['-n', '2', '--transport', 'zeromq-tcp'],
  ['-n', '1', '--transport', 'zeromq-tcp'],
  ['-n', '2', '--transport', 'shm,zeromq-tcp'],
  ['-n', '2', '--eager', '0', '--check'],
  ['-n', '2', '--wait', 'park'],
  ['-n', '2', '-H', 'a,b', ...AGENTS],
  ['-n', '1', '-H', 'a:1', ...AGENTS],
]) {
  const shown = options.join(' ').replace(` ${AGENTS.join(' ')}`, '');
  test(`parents and their children pass a token and long arrays around, ${shown}`, async (t) => {
    const end = await tsrun(t, [...options, 'family.ts', 'ring', '2']);
    const parents = Number(options[1]);
    t.like(end, { code: 0, stdout: `${parents + 2} in a ring\n`, stderr: '' });
  });
}

for (const [way, stdout] of [
  ['facts', 'all as given\n'],
  ['tree 3', '14 below\n'],
  ['series 6', 'done\ndone\n'],
  ['alone', 'done\ndone\n'],
  ['leave', 'stayed\n'],
  ['wrong', 'done\ndone\n'],
] as const) {
  const title = {
    facts: 'several programs get their arguments, environment and folders as given',
    'tree 3': 'children have children, and these children',
    'series 6': 'children that have ended make room for others',
    alone: 'every rank has children of its own at once',
    leave: 'parents may leave before their children',
    wrong: 'what cannot be spawned is an error on all ranks, after which the job goes on',
  }[way];
  test(`${title}`, async (t) => {
    const end = await tsrun(t, ['-n', '2', 'family.ts', ...way.split(' ')]);
    t.like(end, { code: 0, stdout, stderr: '' });
  });
}

test('children that are tolerated fail alone, and can be replaced', async (t) => {
  const end = await tsrun(t, ['-n', '2', 'family.ts', 'tolerant']);
  t.like(end, { code: 0, stdout: '4 failures\n4 failures\n' });
  t.deepEqual(
    plain(end.stderr).map((line) => line.replace(/ \(.*?\)/g, '')),
    [
      'tsrun: rank 0 of offspring.ts was killed by SIGKILL; perhaps out of memory, or kill -9; the job goes on',
      'tsrun: rank 0 of offspring.ts#2 failed: Error: as it should; the job goes on',
      'tsrun: rank 0 of offspring.ts#3 was killed by SIGKILL; perhaps out of memory, or kill -9; the job goes on',
      'tsrun: rank 0 of offspring.ts#4 failed: Error: as it should; the job goes on',
    ],
  );
});

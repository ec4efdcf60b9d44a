import { join } from 'node:path';
import test from 'ava';
import type { SpawnProgram } from '../../../src/control/message.ts';
import { wantedProcesses } from '../../../src/launch/grow/programs.ts';
import { temporaryFolder } from '../../helpers/run.ts';

const heritage = { cwd: '/p', onThisHost: false, nodeArgs: ['--expose-gc'], app: 1 };

const program = (more: Partial<SpawnProgram>): SpawnProgram => {
  return { program: 'child.ts', n: 1, args: [], env: {}, ...more };
};

test('each process has all that its program was given, and the options for Node of who asked', (t) => {
  const first = program({ n: 2, args: ['a b', ''], env: { A: '1' }, hosts: 'b' });
  const wanted = wantedProcesses([first, program({ program: '/q/o.ts', wdir: 'w' })], heritage);
  const common = { nodeArgs: ['--expose-gc'], app: 1 };
  const one = { ...common, program: '/p/child.ts', args: ['a b', ''], env: { A: '1' }, wdir: '/p' };
  t.deepEqual(wanted, [
    { ...one, hosts: 'b' },
    { ...one, hosts: 'b' },
    { ...common, program: '/q/o.ts', args: [], env: {}, wdir: '/p/w', hosts: undefined },
  ]);
});

test('a folder is looked for where all is on this host', (t) => {
  const cwd = temporaryFolder(t);
  const wanted = [program({ wdir: 'nowhere' })];
  t.is(wantedProcesses(wanted, { ...heritage, cwd }).length, 1);
  t.throws(() => wantedProcesses(wanted, { ...heritage, cwd, onThisHost: true }), {
    message: `wdir 'nowhere': there is no such folder; looked for ${join(cwd, 'nowhere')}`,
  });
});

for (const [programs, text] of [
  [[], 'no program is named'],
  [[program({ n: 0 })], '0 processes of child.ts cannot be started'],
  [[program({ n: 1.5 })], '1.5 processes of child.ts cannot be started'],
  [[program({ n: 4000 }), program({ n: 97 })], '97 processes of child.ts cannot be started'],
] as const) {
  test(`it is told that ${text}`, (t) => {
    const error = t.throws(() => wantedProcesses(programs, heritage));
    t.true(error.message.startsWith(text), error.message);
  });
}

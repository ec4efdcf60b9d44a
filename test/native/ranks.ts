import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ExecutionContext } from 'ava';
import { place, withCompiler } from '../helpers/native.ts';
import { LIBRARY, Run, tsrun } from '../helpers/run.ts';

/** Within this a rank answers, on a machine that does much else too. */
const ANSWER_MS = 20;

withCompiler(
  'a rank that computes in C answers messages and takes part in collective calls',
  async (t) => {
    const { code, stdout, stderr } = await tsrun(t, ['-n', '2', 'native-busy.ts']);
    t.is(stderr, '');
    t.is(code, 0);
    t.true(stdout.includes('summed while it computes: true\n'), stdout);
    t.true(stdout.includes('computed: true\n'), stdout);
    const [, ms = '', answers = ''] = /^median (\S+) ms of (\d+) answers$/m.exec(stdout) ?? [];
    t.true(Number(ms) <= ANSWER_MS, `it answered within ${ms} ms`);
    t.true(Number(answers) >= 20, `it answered ${answers} times`);
  },
);

withCompiler('of ranks that start at once one compiles', async (t) => {
  const it = place(t);
  const log = it.path('log');
  it.write(
    'noting',
    `#!/bin/sh\ncase " $* " in *" -o "*) echo made >> '${log}' ;; esac\nexec cc "$@"\n`,
  );
  it.write('f.c', 'int twice(int n) { return 2 * n; }\n');
  it.write(
    'main.ts',
    `import { world } from 'tsmpi';
    import { native } from 'tsmpi/native';
    import { readFileSync } from 'node:fs';
    const { twice } = await native('./f.c', { twice: 'int twice(int n)' });
    const all = await world.gather(await twice(world.rank));
    if (all) console.log(all.join(), readFileSync('log', 'utf8').trim());
    `,
  );
  const { stdout, stderr } = await tsrun(t, ['-n', '6', 'main.ts'], {
    cwd: it.folder,
    env: { CC: it.path('noting') },
  });
  t.is(stderr, '');
  t.is(stdout, '0,2,4,6,8,10 made\n');
});

withCompiler('a crash in C is the end of its rank, and tsrun says of which', async (t) => {
  const { code, stderr } = await tsrun(t, ['-n', '2', 'native-crash.ts']);
  t.is(code, 128 + 11);
  t.regex(stderr, /rank 1 .*was killed by SIGSEGV/);
});

withCompiler('process.exit does not wait for C', async (t) => {
  const { code, stdout } = await tsrun(t, ['-n', '1', 'native-exit.ts']);
  t.is(stdout, 'ends\n');
  t.is(code, 3);
});

/** A program in one folder, and what it takes from another, where a file of C lies. */
function writeProgram(t: ExecutionContext, library: string, type: string): string {
  const { folder } = place(t);
  mkdirSync(join(folder, 'lib'));
  mkdirSync(join(folder, 'main'));
  const write = (name: string, text: string): void => writeFileSync(join(folder, name), text);
  write('lib/c.c', 'int number(void) { return 41; }\n');
  write('main/c.c', 'int number(void) { return 1; }\n');
  write(
    `lib/numbers.${type}`,
    `import { native } from '${library}';
    export const beside = (await native('./c.c', { number: 'int number(void)' })).number;
    export const byUrl = (await native(new URL('c.c', import.meta.url), { number: 'int number(void)' })).number;
    `,
  );
  write(
    `main/main.${type}`,
    `import { native } from '${library}';
    import { beside, byUrl } from '../lib/numbers.${type}';
    const { own } = await native('c.c', { own: 'int number(void)' });
    console.log(await beside(), await byUrl(), await own());
    `,
  );
  return join(folder, 'main', `main.${type}`);
}

withCompiler('a relative path starts from the module that calls, under tsrun', async (t) => {
  const program = writeProgram(t, 'tsmpi/native', 'ts');
  const { stdout, stderr } = await tsrun(t, ['-n', '1', program], { cwd: '/' });
  t.is(stderr, '');
  t.is(stdout, '41 41 1\n');
});

withCompiler('a relative path starts from the module that calls, under plain node', async (t) => {
  const library = new URL('native.js', LIBRARY).href;
  const program = writeProgram(t, library, 'mjs');
  for (const options of [[], ['--enable-source-maps']]) {
    const run = await Run.node(t, [...options, program], { cwd: '/' });
    const { stdout, stderr } = await run.ended;
    t.is(stderr, '');
    t.is(stdout, '41 41 1\n');
  }
});

withCompiler('without a module a relative path starts from the current folder', async (t) => {
  const it = place(t);
  it.write('c.c', 'int number(void) { return 5; }\n');
  const library = fileURLToPath(new URL('native.js', LIBRARY));
  const script = `import('${library}').then(async ({ native }) => {
    const { number } = await native('./c.c', { number: 'int number(void)' });
    console.log(number.sync());
  })`;
  const run = await Run.node(t, ['--eval', script], { cwd: it.folder });
  const { stdout, stderr } = await run.ended;
  t.is(stderr, '');
  t.is(stdout, '5\n');
});

withCompiler('threads that C leaves behind do not crash the process when it ends', async (t) => {
  const it = place(t);
  it.write(
    'left.c',
    `#include <pthread.h>
    static volatile long turns;
    static void *turn(void *none) { for (;;) turns++; return none; }
    int leave(void) { pthread_t thread; return pthread_create(&thread, 0, turn, 0); }
    `,
  );
  it.write(
    'main.mjs',
    `import { native } from '${new URL('native.js', LIBRARY).href}';
    const { leave } = await native('./left.c', { leave: 'int leave(void)' }, { flags: ['-pthread'] });
    console.log(await leave());
    `,
  );
  const run = await Run.node(t, [it.path('main.mjs')]);
  const { code, signal, stdout } = await run.ended;
  t.deepEqual([stdout, code, signal], ['0\n', 0, null]);
});

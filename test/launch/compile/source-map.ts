import test from 'ava';
import { project } from './_project.ts';

const thrower = `import { world } from 'tsmpi';
interface Removed { lines: true }


export function fail(): never {
  const url = import.meta.url; if (url) throw new Error(\`boom \${world.rank}\`);
}
`;

test("a stack shows the user's files, lines and columns", async (t) => {
  const { path, run } = project(t, {
    'main.ts': `import { fail } from './lib/fail.ts';
type Removed = string;
const here: string = import.meta.dirname; try { fail(); } catch (error) { console.log(error.stack); }
const asset = new URL('./lib/fail.ts', import.meta.url); throw new Error('end' + typeof asset + here);
`,
    'lib/fail.ts': thrower,
  });
  const { stdout, stderr, code } = await run('main.ts');
  t.is(code, 1);
  const at = thrower.split('\n')[5]?.indexOf('new Error') ?? 0;
  t.true(stdout.includes(`at fail (${path('lib/fail.ts')}:6:${at + 1})`), stdout);
  t.true(stdout.includes(`${path('main.ts')}:3:49)`), stdout);
  // The column after a URL that was replaced is right too.
  t.true(stderr.includes(`${path('main.ts')}:4:64)`), stderr);
  t.true(stderr.includes("throw new Error('end' + typeof asset + here);"), stderr);
});

test('a stack of a worker and of CommonJS shows the same', async (t) => {
  const { path, run } = project(t, {
    'main.ts': `import { Worker } from 'node:worker_threads';
new Worker(new URL('./worker.ts', import.meta.url), { execArgv: ['--enable-source-maps'] });
`,
    'worker.ts': "import { fail } from './fail.ts';\n\ntype A = 1; fail();\n",
    'fail.ts': thrower,
    'program.cts':
      'type A = 1;\n\nmodule.exports = () => 1; throw new Error(__filename as string);\n',
  });
  const worker = await run('main.ts');
  t.true(worker.stderr.includes(`${path('fail.ts')}:6:`), worker.stderr);
  t.true(worker.stderr.includes(`${path('worker.ts')}:3:13`), worker.stderr);
  const common = await run('program.cts');
  t.true(common.stderr.includes(`${path('program.cts')}:3:33)`), common.stderr);
});

test('a stack shows files with strange names', async (t) => {
  const { path, run } = project(t, { 'a #1 100% ü.ts': "\n\n  throw new Error('x');" });
  const { stderr } = await run('a #1 100% ü.ts');
  t.true(stderr.includes(`${path('a #1 100% ü.ts')}:3:9`), stderr);
});

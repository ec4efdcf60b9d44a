import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { transformSync } from 'esbuild';
import { type Ended, LIBRARY, RANKS, Run, TSRUN, temporaryFolder, tsrun } from '../helpers/run.ts';
import { onTerminal, terminalReason, withTerminal } from '../helpers/terminal.ts';

const ALL = `map [ 101, 102, 103 ]
starmap [ '1a', '2b' ]
submit 7x
later 0,10,20,30,40,50,60,70,80,90,100,110,120,130,140,150,160,170,180,190
imap 0,10,20,30,40,50,60,70,80,90,100,110,120,130,140,150,160,170,180,190
imapUnordered 0,10,20,30,40,50,60,70,80,90,100,110,120,130,140,150,160,170,180,190
none []
`;

/** How workers come to be, and what their errors are called. */
const WAYS = [
  ['spawned', ['-n', '1'], '2', 'worker'],
  ['other ranks', ['-n', '3'], '2', 'rank'],
  ['other ranks and spawned ones', ['-n', '2'], '2', '(?:rank|worker)'],
] as const;

const lines = (text: string): string[] => text.trimEnd().split('\n');

for (const [how, options, size, worker] of WAYS) {
  const run = (name: string): string[] => [...options, 'pool.ts', name, size];

  test(`workers that are ${how} do what they are given, in every form`, async (t) => {
    t.like(await tsrun(t, run('all')), { code: 0, stderr: '', stdout: ALL });
  });

  test(`with workers that are ${how} an endless source is read only a little ahead, and closed`, async (t) => {
    const end = await tsrun(t, run('endless'));
    t.like(end, { code: 0, stderr: '' });
    t.deepEqual(lines(end.stdout).sort(), ['0,10,20,30 true', 'the source was closed']);
  });

  test(`with workers that are ${how} each mistake has its error, and the pool goes on`, async (t) => {
    const { code, stdout, stderr } = await tsrun(t, run('errors'));
    t.is(code, 0, stderr);
    const said = lines(stdout);
    const expected = [
      new RegExp(
        `^ERR_TASK 2: rank 0: pool.map: third failed on item 2 \\(3\\) in ${worker} \\d: RangeError: no 3 because of RangeError$`,
      ),
      /^the worker's stack is there$/,
      /^ERR_TASK 0: .*never failed on item 0 \('x'\) .*: the promise that it returned can never be settled/,
      /^ERR_TASK 1: .*the result cannot be sent: value\.deep\[0\] is a function/,
      /^ERR_TYPE 0: .*item 0, \[Function \(anonymous\)\], cannot be sent/,
      /^undefined undefined: enough$/,
      /^ERR_ARG .*does not export hidden: .*write it as `export function/,
      /^ERR_ARG .*the function has no name/,
      /^ERR_ARG .*add is bound to an object/,
      /^ERR_ARG .*add is another function than the export add/,
      /^cancelled true$/,
      /^ERR_CANCELLED .*pool\.submit: cancelled$/,
      /^value \[ 1, 2 \]$/,
      /^ERR_TIMEOUT .*not complete within 50 ms: 0 of 1 item is done; /,
    ];
    t.is(said.length, expected.length, stdout);
    for (const [at, pattern] of expected.entries()) t.regex(said[at] ?? '', pattern);
  });

  test(`a worker that is killed is replaced, if they are ${how}, and its item is run again`, async (t) => {
    const env = { ONCE: join(temporaryFolder(t), 'once') };
    const end = await tsrun(t, run('once'), { env });
    t.like(end, { code: 0, stdout: "[ 'survived', 'survived' ]\n" });
    t.regex(end.stderr, /^tsrun: .* was killed by SIGKILL .*; the job goes on\n$/);
  });

  test(`an item that kills three workers is named, if they are ${how}`, async (t) => {
    const { code, stdout } = await tsrun(t, run('killer'));
    t.is(code, 0);
    t.regex(
      stdout,
      /^ERR_PROC_FAILED 1: rank 0: pool\.map: item 1, 13, has ended 3 workers that ran killer on it; the last: .* was killed by SIGKILL\n$/,
    );
  });

  test(`terminate ends what workers do that are ${how}`, async (t) => {
    const end = await tsrun(t, run('terminate'));
    t.like(end, { code: 0, stderr: '' });
    t.regex(end.stdout, /^ERR_CANCELLED .*\nERR_OTHER .*the pool is closed: .*\n$/);
  });

  test(`a pool that nobody closes keeps no program from ending, if its workers are ${how}`, async (t) => {
    t.like(await tsrun(t, run('unclosed')), { code: 0, stderr: '', stdout: '[ 1 ]\n' });
  });

  test(`workers that are ${how} load another module than the program`, async (t) => {
    t.like(await tsrun(t, run('other')), { code: 0, stderr: '', stdout: '[ 2, 4 ]\n' });
  });
}

test('how far a call has come is told', async (t) => {
  t.like(await tsrun(t, ['-n', '2', 'pool.ts', 'progress']), { code: 0, stdout: '20/20\n' });
});

withTerminal(`under tsrun a bar is drawn on the terminal of tsrun${terminalReason}`, async (t) => {
  const [node = '', ...args] = [process.execPath, TSRUN, '-n', '3', join(RANKS, 'pool.ts'), 'bar'];
  const text = await onTerminal(t, 'exec "$NODE" "$@"', '', node, args);
  t.regex(text, /\[Kadd \[█+\] 100 % 20\/20 · \d+\.\d s\r\n/);
  t.regex(text, /done\r\n/);
});

test('where tsrun has no terminal nothing is drawn', async (t) => {
  t.like(await tsrun(t, ['-n', '3', 'pool.ts', 'bar']), { code: 0, stderr: '', stdout: 'done\n' });
});

/** Run the program by plain Node, after a build. */
async function plainNode(t: ExecutionContext, name: string): Promise<Ended> {
  const folder = temporaryFolder(t);
  for (const module of ['pool', 'pool-tasks']) {
    const text = readFileSync(join(RANKS, `${module}.ts`), 'utf8')
      .replace("from 'tsmpi'", `from '${LIBRARY}'`)
      .replaceAll('pool-tasks.ts', 'pool-tasks.mjs');
    const { code } = transformSync(text, { loader: 'ts', target: 'node20' });
    writeFileSync(join(folder, `${module}.mjs`), code);
  }
  const env = { ONCE: join(folder, 'once') };
  return await (await Run.node(t, [join(folder, 'pool.mjs'), name, '2'], { env })).ended;
}

test('a program that plain Node runs has a pool as well', async (t) => {
  t.like(await plainNode(t, 'all'), { code: 0, stderr: '', stdout: ALL });
});

test('a worker of a program that plain Node runs is replaced when it is killed', async (t) => {
  const end = await plainNode(t, 'once');
  t.like(end, { code: 0, stdout: "[ 'survived', 'survived' ]\n" });
});

test('a program that plain Node runs may leave its pool open, or end it', async (t) => {
  t.like(await plainNode(t, 'unclosed'), { code: 0, stderr: '', stdout: '[ 1 ]\n' });
  t.like(await plainNode(t, 'terminate'), { code: 0, stderr: '' });
});

test('a pool has workers on other hosts', async (t) => {
  const agents = ['--launcher', 'sh -c "{command}"'];
  const run = ['-H', 'a:1,b:2', ...agents, '-n', '3', 'pool.ts', 'all', '3'];
  t.like(await tsrun(t, run), { code: 0, stderr: '', stdout: ALL });
});

for (const [what, code, report] of [
  ['ends', 0, /^$/],
  ['exits', 0, /^$/],
  [
    'fails',
    1,
    /^tsrun: rank 0 .* failed: Error: rank 0 fails\n {6}at .*serve\.ts.*\n(?:tsrun: ranks? .* (?:was|were) stopped .*\n)?$/,
  ],
  [
    'exits with 3',
    3,
    /^tsrun: rank 0 .* exited with code 3\n(?:tsrun: ranks? .* (?:was|were) stopped .*\n)?$/,
  ],
  [
    'is killed',
    137,
    /^tsrun: rank 0 .* was killed by SIGKILL .*\n(?:tsrun: ranks? .* (?:was|were) stopped .*\n)?$/,
  ],
] as const) {
  test(`ranks that serve and are given nothing end with rank 0, when that ${what}`, async (t) => {
    const end = await tsrun(t, ['-n', '4', '--grace', '60', 'serve.ts', what]);
    t.like(end, { code, stdout: 'rank 0 acts\n' });
    t.regex(end.stderr, report);
  });
}

test('a rank that serves is said to do so, and to wait for nobody', async (t) => {
  const run = await Run.tsrun(t, ['-n', '3', 'serve.ts', 'hangs']);
  await run.told(/all serve/);
  run.signal('SIGQUIT');
  await run.told(/ranks 1-2 {2}serves as a worker\n/);
  run.signal('SIGINT');
  t.is((await run.ended).code, 130);
});

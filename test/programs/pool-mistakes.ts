import test, { type ExecutionContext } from 'ava';
import { type Ended, lineOf, plain, tsrun } from '../helpers/run.ts';

const FIX =
  'write it as `export function name(item) { … }` in the module that the Pool was made for, and give it what it needs as part of each item, or by the `initializer`';
const GUARD = 'write `if (isMain(import.meta)) { … }` around what uses the pool';

const run = (t: ExecutionContext, n: string, name: string): Promise<Ended> =>
  tsrun(t, ['-n', n, 'pool-mistake.ts'], { env: { MISTAKE: name } });

/** What the program says of each mistake: code and message, and that the stack names a line of it. */
const SAID = {
  options: [
    'ERR_ARG rank 0: Pool: there is no option sise; did you mean size?',
    'ERR_ARG rank 0: Pool: timeout is an option of a call, not of a pool',
    'ERR_ARG rank 0: Pool: there is no option nonsense; there are chunkSize, retries, onProgress, progress, size, hosts, initializer, initializerArgs',
    "ERR_ARG rank 0: Pool: hosts must be a list as -H takes it, 'host1:4,host2', or an array of such, not 3",
    'ERR_ARG rank 0: Pool: size must be an integer from 1, not 0',
    'ERR_TYPE rank 0: Pool: initializerArgs[1].f is a function and cannot be sent; send data, or the name of an exported function',
    "ERR_ARG rank 0: Pool: the first argument must be the URL of a module: import.meta.url, or new URL('./tasks.ts', import.meta.url), not an object",
    'ERR_ARG rank 0: pool.map: there is no option chunksize; did you mean chunkSize?',
    'ERR_ARG rank 0: pool.map: size is an option of a pool, not of a call',
  ],
  calls: [
    'ERR_ARG rank 0: pool.starmap: item 1, 3, is no list of arguments: give an array for each call, [[1, 2], [3, 4]], or use map for a function of one argument',
    'ERR_ARG rank 0: pool.submit: the arguments must be an array, not 3: submit(fn, [1, 2])',
    'ERR_TASK rank 0: pool.map: throwsObject failed on item 0 (1) in WORKER 1: Error: an object with f, code',
    `ERR_ARG rank 0: pool.map: 'HERE' does not export double: a worker finds a function among the exports of its module, and a closure cannot be sent; ${FIX}; or, if it is an export of another module, make the pool for that: \`new Pool(new URL("./tasks.ts", import.meta.url))\``,
    'ERR_TIMEOUT rank 0: pool.map: not complete within 100 ms: 0 of 2 items are done; WORKER 1 is at item 0, 7',
    'ERR_OTHER rank 0: pool.map: the pool is closed: call it before close(), terminate() or the end of the block with `await using`, or make another one',
  ],
  nested: [
    'ERR_TASK rank 0: pool.map: nested failed on item 0 (1) in WORKER 1: MpiError: rank N: Pool: a function that a pool runs cannot have a pool of its own: give each part of its work as an item to the first one, or do it in a loop',
  ],
} as const;

for (const [how, n] of [
  ['other ranks', '2'],
  ['spawned', '1'],
] as const) {
  for (const [name, said] of Object.entries(SAID)) {
    test(`mistakes with ${name} of a pool whose workers are ${how} are told with the values and the remedy`, async (t) => {
      const { code, stdout, stderr } = await run(t, n, name);
      t.is(stderr, '');
      t.is(code, 0);
      const plainer = stdout
        .replace(/\b(in|;) (?:rank|worker) \d/g, '$1 WORKER 1')
        .replace(/: rank \d: Pool: a function/, ': rank N: Pool: a function');
      t.deepEqual(plainer.trimEnd().split('\n'), [...said]);
    });
  }
}

test('a pool that is not guarded is refused in one report, by the rank that must not have it', async (t) => {
  const { code, stderr } = await run(t, '2', 'unguarded');
  t.is(code, 1);
  const [first = '', second = '', ...more] = stderr.trimEnd().split('\n');
  t.regex(
    first,
    /^tsrun: rank 1 \(.*\) failed: MpiError \[ERR_OTHER\]: rank 1: Pool: only rank 0 has/,
  );
  t.true(first.endsWith(GUARD), first);
  t.true(
    second.includes(lineOf('pool-mistake.ts', 'const pool = new Pool(import.meta.url);')),
    second,
  );
  t.deepEqual(more, []);
});

test('a module that only workers cannot load is told of once', async (t) => {
  const { code, stderr } = await run(t, '2', 'broken');
  t.is(code, 1);
  const [first = '', second = '', ...more] = stderr.trimEnd().split('\n');
  t.regex(first, /^tsrun: rank 1 \(.*\) failed: Error: the module is broken$/);
  t.true(second.includes(lineOf('pool-mistake.ts', 'the module is broken')), second);
  t.deepEqual(more, []);
});

test('what is given to isMain must be import.meta', async (t) => {
  const end = await run(t, '1', 'meta');
  t.regex(end.stdout, /^ERR_ARG isMain: needs import\.meta itself: isMain\(import\.meta\), not "/);
});

for (const [how, n, said] of [
  ['other ranks', '2', 'the other ranks have finished and cannot be workers'],
  ['spawned', '1', "workers have finished before they could serve: 'HERE' calls finalize()"],
] as const) {
  test(`workers that are ${how} and finalize when they are loaded are told of as such`, async (t) => {
    const { stdout } = await run(t, n, 'finalized');
    t.true(stdout.startsWith(`ERR_OTHER rank 0: Pool: ${said}`), stdout);
  });

  test(`why workers that are ${how} cannot serve is told with the line that waits for them`, async (t) => {
    const { stdout, stderr } = await run(t, n, 'workers');
    t.is(stderr, '');
    const lines = stdout.trimEnd().split('\n');
    t.regex(
      lines[0] ?? '',
      /^ERR_OTHER rank 0: Pool: .* cannot serve '.*no-such\.ts': there is no such file$/,
    );
    t.regex(lines[1] ?? '', /^ERR_OTHER rank 0: Pool: .* cannot serve 'HERE': no data here$/);
  });
}

test('a call that waits for a rank that serves is shown as such', async (t) => {
  const { code, stderr } = await run(t, '2', 'barrier');
  t.is(code, 125);
  t.deepEqual(plain(stderr), [
    'tsrun: deadlock: ranks 0-1 wait for each other, and nothing can let them go on:',
    `  rank 0  waits # s  barrier #1  ${lineOf('pool-mistake.ts', 'world.barrier')}`,
    '  rank 1  serves as a worker',
    '  a rank that serves as a worker makes no calls of its own: let it make those that others wait for before its program ends',
  ]);
});

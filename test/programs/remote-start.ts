import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { until } from '../helpers/launcher.ts';
import { onTwoHosts, startOnHosts } from '../helpers/on-two-hosts.ts';
import { RANKS, temporaryFolder } from '../helpers/run.ts';

for (const [what, noise] of [
  ['a login message', 'echo Welcome; echo; echo tsmpi-agent 0 hello'],
  ['a prompt without line end', 'printf prompt'],
  ['half a megabyte', 'head -c 500000 /dev/zero'],
] as const) {
  test(`${what} before the agent's first word does no harm`, async (t) => {
    const end = await onTwoHosts(t, ['ring.ts'], { launcher: `sh -c "${noise}; {command}"` });
    t.like(end, { code: 0, stdout: 'P0P1P2P3\n', stderr: '' });
  });
}

/** Commands that start no agent, what is told of them, and the remedy. */
const FAILURES: [launcher: string, told: string, ...remedy: string[]][] = [
  ['false {command}', 'false ended with exit code 1'],
  ['true {command}', 'true ended with exit code 0'],
  ['sh -c "echo so it is >&2; exit 7" {command}', 'sh ended with exit code 7: so it is'],
  ['sh -c "kill -9 $$" {command}', 'sh was killed by SIGKILL'],
  [
    'no-such-command {command}',
    'no-such-command cannot be run: there is no program no-such-command',
  ],
  ['/etc/passwd {command}', '/etc/passwd cannot be run: EACCES'],
  [
    'sh -c yes {command}',
    'sh printed more than a login does, and no word of an agent',
    'see what comes of it: run that command by hand, with true for {command}',
  ],
  ['sh -c "exec >&-; sleep 1000" {command}', 'sh has closed its output, but does not end'],
  ['sh -c "sleep 1000 >&2 & exit 3" {command}', 'sh ended with exit code 3'],
];

for (const [launcher, told, ...remedy] of FAILURES) {
  test(`a launcher command that fails is told for each host: ${launcher}`, async (t) => {
    const { code, stdout, stderr } = await onTwoHosts(t, ['ring.ts'], { launcher });
    t.is(code, 1);
    t.is(stdout, '');
    const lines = ['a', 'b'].flatMap((host) => [
      `tsrun: host ${host}: ${told}`,
      ...remedy.map((line) => `  ${line}`),
    ]);
    t.is(stderr, lines.map((line) => `${line}\n`).join(''));
  });
}

test('one host that cannot be reached ends the job, and the others are let go', async (t) => {
  const launcher = 'sh -c "case {host} in b) exit 9;; esac; {command}"';
  const { code, stderr } = await onTwoHosts(t, ['-n', '3', 'ring.ts'], {
    launcher,
    hosts: 'a,b,c',
  });
  t.is(code, 1);
  t.is(stderr, 'tsrun: host b: sh ended with exit code 9\n');
});

test('a mistake in the program is told while a host is still silent, and nothing is left', async (t) => {
  const folder = temporaryFolder(t);
  writeFileSync(join(folder, 'wrong.ts'), 'const wrong = ;\n');
  const { code, stderr, ms } = await onTwoHosts(t, ['wrong.ts'], {
    launcher: 'sh -c "echo silent >&2; sleep 1000" {command}',
    cwd: folder,
  });
  t.is(code, 2);
  t.regex(stderr, /^wrong\.ts:1:15: error: /);
  t.true(ms < 10_000);
});

for (const signal of ['SIGINT', 'SIGTERM', 'SIGKILL'] as const) {
  test(`${signal} while hosts are still silent leaves nothing behind`, async (t) => {
    const folder = temporaryFolder(t);
    const launcher = `sh -c "touch '${folder}/{host}'; sleep 1000; {command}"`;
    const run = await startOnHosts(t, ['ring.ts'], { launcher });
    const asked = ['a', 'b'].map((host) => join(folder, host));
    await until('both hosts are asked', () => asked.every(existsSync));
    run.signal(signal);
    const end = await run.ended;
    t.like(end, { signal, stdout: '', stderr: '' });
    await run.gone();
  });
}

/** What a shell would make something of. */
const HOSTILE = [
  '',
  ' ',
  '\n',
  'a\nb',
  '\r\n',
  '\t',
  '"',
  "'",
  '\'"\'"',
  '\\',
  '\\\\n',
  '\\"',
  '$(touch canary)',
  '`touch canary`',
  '; touch canary',
  '& touch canary',
  '&& touch canary',
  '|| touch canary',
  '| touch canary',
  '> canary',
  '>> canary',
  '< /etc/passwd',
  "'; touch canary; '",
  '"; touch canary; "',
  '\n touch canary \n',
  '$HOME',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the shell's.
  '${IFS}',
  '%PATH%',
  '!!',
  '!touch',
  '*',
  '?',
  '[a-z]*',
  '~',
  '~root',
  '{a,b}',
  '{command}',
  '{host}',
  '#',
  '# comment',
  '-n',
  '--',
  '--help',
  '-oProxyCommand=touch canary',
  '--launcher=touch canary',
  '__proto__',
  'constructor',
  'ü 語 😀 \u202e',
  '\u0001\u001b[31m\u007f',
  '=',
  '=A=B',
  'x'.repeat(100_000),
];

test(`${HOSTILE.length} hostile arguments and variables arrive as they are, and run nothing`, async (t) => {
  const folder = temporaryFolder(t);
  const variables = HOSTILE.flatMap((value, index) => ['-x', `HOSTILE_${index}=${value}`]);
  const end = await onTwoHosts(
    t,
    [
      '-n',
      '2',
      '--map-by',
      'node',
      ...variables,
      '--wdir',
      folder,
      join(RANKS, 'facts.ts'),
      ...HOSTILE,
    ],
    { cwd: folder },
  );
  t.is(end.stderr, '');
  t.is(end.code, 0);
  const all = end.stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  t.is(all.length, 2);
  for (const { args, env, cwd } of all) {
    t.deepEqual(args, HOSTILE);
    t.deepEqual(
      HOSTILE.map((_, index) => env[`HOSTILE_${index}`]),
      HOSTILE,
    );
    t.is(cwd, folder);
  }
  t.deepEqual(readdirSync(folder), []);
});

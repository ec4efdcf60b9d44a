import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { bySsh, onHosts, sharedBed } from '../helpers/cluster.ts';
import { temporaryFolder, tsrun } from '../helpers/run.ts';

/** What ssh has run goes through the login shell of the user, whichever that is. */
const SHELLS = ['bash', 'dash', 'zsh', 'fish', 'tcsh'];

const bed = sharedBed({ hosts: SHELLS.length, slots: 1, private: true }, async ({ hosts }) => {
  const users = readFileSync('/etc/passwd', 'utf8');
  await Promise.all(
    hosts.map(async (host, index) => {
      const shell = (await host.run('sh', '-c', `command -v ${SHELLS[index]}`)).trim();
      await host.cover('/etc/passwd', users.replace(/^(root:.*:)[^:]*$/m, `$1${shell}`));
    }),
  );
});

/** What a shell, ssh, a template or an environment might make something else of. */
const PAYLOADS: readonly string[] = [
  '',
  ' ',
  '\t',
  '\n',
  'a\nb\n',
  '\r\n',
  "'",
  '"',
  `'"'"'`,
  "''",
  '\\',
  '\\\\',
  "\\'",
  'a\\',
  '$(id)',
  '`id`',
  '$HOME',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a shell might take it for one
  '${HOME}',
  '$0',
  '!!',
  '!1',
  '%host',
  '{host}',
  '{command}',
  '; id',
  '& id &',
  '| id',
  '> /tmp/hit',
  '< /etc/passwd',
  '*',
  '~',
  '~root',
  '#',
  '^a^b',
  '[a-z]',
  '{a,b}',
  '--',
  '-oProxyCommand=touch /tmp/hit',
  'ü 語 😀 \u0001\u001b[31m',
  'x'.repeat(100_000),
];

/** What `test/ranks/facts.ts` prints. */
interface Facts {
  readonly rank: number;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
}

async function facts(t: ExecutionContext, ...args: readonly string[]): Promise<Facts[]> {
  const end = await tsrun(
    t,
    onHosts(bed(), '-n', String(SHELLS.length), '--wdir', '/usr', ...args),
  );
  t.is(end.code, 0, end.stderr);
  const lines = end.stdout.trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line) as Facts).sort((a, b) => a.rank - b.rank);
}

test('arguments arrive byte for byte, whatever the login shell of a host', async (t) => {
  t.is(PAYLOADS.length, 40);
  for (const { rank, args, env } of await facts(t, 'facts.ts', ...PAYLOADS)) {
    t.deepEqual(args, PAYLOADS, `${SHELLS[rank]}`);
    t.regex(env.SHELL ?? '', new RegExp(`/${SHELLS[rank]}$`), 'it is the shell that was meant');
  }
  t.false(existsSync('/tmp/hit'));
});

test('variables arrive byte for byte', async (t) => {
  const variables = PAYLOADS.map((payload, index) => [`PAYLOAD_${index}`, payload] as const);
  const options = variables.flatMap(([name, value]) => ['-x', `${name}=${value}`]);
  for (const { rank, env } of await facts(t, ...options, 'facts.ts')) {
    for (const [name, value] of variables) t.is(env[name], value, `${name} in ${SHELLS[rank]}`);
  }
});

test('a path of Node is run and not read by a shell, or refused', async (t) => {
  const odd = '/opt/a "$(touch hit)"; b/~ ü/node';
  await Promise.all(bed().hosts.map((host) => host.bind(process.execPath, odd)));
  const end = await tsrun(t, onHosts(bed(), '--node', odd, '--wdir', '/usr', 'ring.ts'));
  t.like(end, { code: 0, stdout: 'P0P1P2P3P4\n', stderr: '' });
  const worse = `/opt/it's/node`;
  const refused = await tsrun(t, onHosts(bed(), '--node', worse, '--wdir', '/usr', 'ring.ts'));
  t.is(refused.code, 2, refused.stderr);
  t.is(refused.stdout, '');
});

test('nothing in a hostfile or a host list is taken for an option or run by a shell', async (t) => {
  const folder = temporaryFolder(t);
  const mark = join(folder, 'hit');
  const hostile = [
    `-oProxyCommand=touch\${IFS}${mark}`,
    `$(touch ${mark})`,
    `\`touch ${mark}\``,
    `node1;touch ${mark}`,
    `node1|touch ${mark}`,
    `-E${mark}`,
  ];
  for (const [index, text] of hostile.entries()) {
    const hostfile = join(folder, `hosts-${index}`);
    writeFileSync(hostfile, `${text}\n`);
    for (const from of [
      ['-f', hostfile],
      ['-H', text],
    ]) {
      const { code, stdout } = await tsrun(t, [...from, ...bySsh(bed()), 'ring.ts']);
      t.is(code, 2, text);
      t.is(stdout, '');
    }
  }
  t.false(existsSync(mark));
});

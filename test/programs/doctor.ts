import { once } from 'node:events';
import { chmodSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { NEEDED_NODE } from '../../src/base/node-version.ts';
import { type Ended, temporaryFolder, tsrun } from '../helpers/run.ts';

/** What runs a command on hosts that are all this one, and each has a trouble of its own by its name. */
const HOSTS = `host=$1; shift
case $host in
  chatty) echo Welcome; echo to this host >&2; "$@"; code=$?; echo Bye; exit $code;;
  strange) echo 'ada@strange: Permission denied (publickey).' >&2; exit 255;;
  deaf) exec "$@" </dev/null;;
  full) XDG_CACHE_HOME=/dev/null TMPDIR=/dev/null exec "$@";;
  *) exec "$@";;
esac
`;

/** Examine such hosts. */
async function examine(
  t: ExecutionContext,
  hosts: string,
  ...options: readonly string[]
): Promise<Ended> {
  const script = join(temporaryFolder(t), 'hosts.sh');
  writeFileSync(script, HOSTS);
  const launcher = `sh ${script} {host} {command}`;
  return await tsrun(t, ['doctor', '-H', hosts, '--launcher', launcher, ...options]);
}

/** The row of each host, without what differs from run to run. */
function rows({ stdout }: Ended): string[] {
  const [table = ''] = stdout.split('\n\n');
  return table
    .trimEnd()
    .split('\n')
    .map((line) =>
      line
        .replace(/✓ \d+\.\d+\.\d+/, '✓ NODE')
        .replace(/✓ [+-]\d+ ±\d+ ms/, '✓ CLOCK')
        .replace(/ +/g, ' '),
    );
}

/** What stands below the table of one host. */
function told(end: Ended, host: string): string {
  return end.stdout.split('\n\n').find((text) => text.startsWith(`${host}: `)) ?? '';
}

test('hosts on which a job could run are well in each step, whatever their profiles print', async (t) => {
  const end = await examine(t, 'one,chatty');
  t.like(end, { code: 0, stderr: '' });
  t.deepEqual(rows(end), [
    'host resolve tcp sh node runtime clock ports',
    'one – – ✓ ✓ NODE ✓ ✓ CLOCK ✓',
    'chatty – – ✓ ✓ NODE ✓ ✓ CLOCK ✓',
  ]);
});

test('each host that is at fault is told with the step, a command and a remedy', async (t) => {
  const end = await examine(t, 'one,strange,deaf,full,two');
  t.like(end, { code: 1, stderr: '' });
  t.deepEqual(rows(end).slice(1), [
    'one – – ✓ ✓ NODE ✓ ✓ CLOCK ✓',
    'strange – – ✗ – – – –',
    'deaf – – ✗ – – – –',
    'full – – ✓ ✓ NODE ✗ – –',
    'two – – ✓ ✓ NODE ✓ ✓ CLOCK ✓',
  ]);
  t.regex(
    told(end, 'strange'),
    /^strange: sh: .*Permission denied.*\n {2}by hand: echo hello \| sh \S+ strange cat\n {2}remedy: {2}.*ssh-copy-id strange/,
  );
  t.regex(told(end, 'deaf'), /what is sent to it does not come back\n.*\n.*-i;/);
  t.regex(told(end, 'full'), /^full: runtime: .*\/dev\/null\/tsmpi.*XDG_CACHE_HOME/);
  t.regex(told(end, 'full'), / full touch \/dev\/null\/tsmpi\/test$/m);
});

test('a Node that is too old, or that is not there, is told', async (t) => {
  const old = join(temporaryFolder(t), 'node');
  writeFileSync(old, '#!/bin/sh\n[ "$1" = -v ] && echo v18.1.0 && exit\nexit 87\n');
  chmodSync(old, 0o755);
  const tooOld = await examine(t, 'one', '--node', old);
  t.is(tooOld.code, 1);
  t.true(
    told(tooOld, 'one').startsWith(
      `one: node: it has no ${NEEDED_NODE}, but only ${old}, which is 18.1.0\n`,
    ),
  );
  t.true(told(tooOld, 'one').includes(` one ${old} --version\n`));
  t.regex(told(await examine(t, 'one', '--node', '/none'), 'one'), /\/none, which does not run/);
});

test('a range without a free port, and an interface that is not there, are told', async (t) => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  const { port } = server.address() as AddressInfo;
  const range = `${port}:${port}`;
  const used = await examine(t, 'one,two', '--iface', '127.0.0.1', '--port-range', range);
  t.is(used.code, 1);
  t.regex(used.stdout, new RegExp(`ports: .*no port from ${port} to ${port} is free`));
  const misnamed = await examine(t, 'one,two', '--iface', 'eth77');
  t.is(misnamed.code, 1);
  t.regex(misnamed.stdout, /^one, two: ports: --iface 'eth77': no interface/m);
});

test('everything is there as JSON', async (t) => {
  const { code, stdout } = await examine(t, 'one,strange', '--json');
  t.is(code, 1);
  const { ok, hosts } = JSON.parse(stdout);
  t.false(ok);
  t.like(hosts[0], { host: 'one', start: 'sh' });
  t.like(hosts[0].steps[3], { step: 'node', result: 'ok', found: process.versions.node });
  t.like(hosts[1].steps[2], { step: 'start', result: 'failed' });
});

test('this host needs no way there', async (t) => {
  const end = await tsrun(t, ['doctor']);
  t.like(end, { code: 0, stderr: '' });
  t.regex(rows(end)[1] ?? '', /^\S+ – – – ✓ NODE ✓ – –$/);
});

test('a mistake on the command line is told as such', async (t) => {
  for (const argv of [['ring.ts'], ['-H', 'a', '--launcher', 'ssh {host}'], ['--node', "a'b"]]) {
    const { code, stdout, stderr } = await tsrun(t, ['doctor', ...argv]);
    t.is(code, 2);
    t.is(stdout, '');
    t.regex(stderr, /^tsrun doctor: .*\n$/);
  }
});

test('an ssh that knows no such host says so before anything is tried', async (t) => {
  const end = await tsrun(t, ['doctor', '-H', 'nobody.invalid', '--ssh-args', '-F /dev/null']);
  t.is(end.code, 1);
  t.regex(told(end, 'nobody.invalid'), /^nobody\.invalid: resolve: /);
});

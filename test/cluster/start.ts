import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { makeKey } from '../../scripts/cluster/bed/access.ts';
import { nothingRemains, onHosts, sharedBed } from '../helpers/cluster.ts';
import { type Ended, temporaryFolder, tsrun } from '../helpers/run.ts';

/** Jobs that come not to start, or not quite as they were asked to. Each test changes node2. */
const bed = sharedBed({ hosts: 2, slots: 1, private: true });

const EVERYWHERE = ['--wdir', '/usr'];

/** Run a job that ends before any rank has started. */
async function refused(t: ExecutionContext, ...args: readonly string[]): Promise<Ended> {
  const end = await tsrun(t, [...args, ...EVERYWHERE, 'ring.ts']);
  t.is(end.code, 1, end.stderr);
  t.is(end.stdout, '');
  await t.notThrowsAsync(nothingRemains(bed().hosts));
  return end;
}

/** A hostfile with node1 and another line. */
function hostfileWith(t: ExecutionContext, line: string): string {
  const file = join(temporaryFolder(t), 'hosts');
  writeFileSync(file, `node1\n${line}\n`);
  return file;
}

/** The bed's configuration of ssh, but for something. */
function sshConfigWith(t: ExecutionContext, pattern: RegExp, replacement: string): string {
  const file = join(temporaryFolder(t), 'ssh_config');
  writeFileSync(file, readFileSync(bed().sshConfig, 'utf8').replace(pattern, replacement));
  return file;
}

test.serial('a host that lacks the working folder takes the home, and says so', async (t) => {
  const end = await tsrun(t, onHosts(bed(), 'place.ts'));
  t.is(end.code, 0, end.stderr);
  for (const line of end.stdout.trimEnd().split('\n')) t.is(JSON.parse(line).cwd, '/root');
  for (const host of ['node1', 'node2']) t.regex(end.stderr, new RegExp(`${host}.*/root`));
});

test.serial('so it is with a folder that was asked for', async (t) => {
  const end = await tsrun(t, onHosts(bed(), '--wdir', '/no/such/folder', 'place.ts'));
  t.is(end.code, 0, end.stderr);
  for (const line of end.stdout.trimEnd().split('\n')) t.is(JSON.parse(line).cwd, '/root');
  t.regex(end.stderr, /node2.*\/no\/such\/folder.*\/root/);
});

test.serial('where there is no Node, the host is named, and what it needs', async (t) => {
  const host = bed().host('node2');
  await host.cover(process.execPath, '');
  try {
    const { stderr } = await refused(t, ...onHosts(bed()));
    t.regex(stderr, /^tsrun: host node2: has no Node.*20\.19/);
  } finally {
    await host.uncover(process.execPath);
  }
});

/** Have node2 find an older Node in place of its own, while its own is elsewhere. */
async function withOldNode(elsewhere: string, act: () => Promise<void>): Promise<void> {
  const host = bed().host('node2');
  const pretend = '/opt/pretend.cjs';
  host.write(
    pretend,
    `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '18.1.0' } });`,
  );
  await host.bind(process.execPath, elsewhere);
  const old = [
    '#!/bin/sh',
    '[ "$1" != -v ] || { echo v18.1.0; exit; }',
    `exec ${elsewhere} --require ${pretend} "$@"`,
  ];
  await host.cover(process.execPath, `${old.join('\n')}\n`, 0o755);
  try {
    await act();
  } finally {
    await host.uncover(process.execPath);
    await host.uncover(elsewhere);
    await host.run('rm', elsewhere);
  }
}

test.serial('where Node is too old, both versions are named', async (t) => {
  await withOldNode('/opt/other/node', async () => {
    const { stderr } = await refused(t, ...onHosts(bed()));
    t.regex(stderr, /^tsrun: host node2: has no Node 20\.19, .*which is 18\.1\.0/);
  });
});

for (const place of [
  '/root/.nvm/versions/node/v22.1.0/bin/node',
  '/root/.volta/bin/node',
  '/root/.local/share/fnm/aliases/default/bin/node',
  '/opt/homebrew/bin/node',
]) {
  test.serial(`a better Node is found in ${place}`, async (t) => {
    await withOldNode(place, async () => {
      const end = await tsrun(t, onHosts(bed(), ...EVERYWHERE, 'ring.ts'));
      t.like(end, { code: 0, stdout: 'P0P1\n', stderr: '' });
    });
  });
}

test.serial('a key that does not fit is told by name, with what to try', async (t) => {
  const key = join(temporaryFolder(t), 'key');
  await makeKey(key);
  const config = sshConfigWith(t, /IdentityFile \S+/, `IdentityFile ${key}`);
  const { stderr } = await refused(t, '-f', bed().hostfile, '--ssh-args', `-F ${config}`);
  t.regex(stderr, /^tsrun: host node2: ssh ended with exit code 255: .*Permission denied/m);
  t.regex(stderr, /ssh-copy-id node2/);
});

test.serial('a host that is not the one it was is told by name', async (t) => {
  const config = sshConfigWith(t, /UserKnownHostsFile \S+/, 'UserKnownHostsFile /dev/null');
  const { stderr } = await refused(t, '-f', bed().hostfile, '--ssh-args', `-F ${config}`);
  t.regex(
    stderr,
    /^tsrun: host node1: ssh ended with exit code 255: .*Host key verification failed/m,
  );
});

test.serial('a port at which nobody listens is told by host', async (t) => {
  const args = ['-f', hostfileWith(t, 'node2 port=2223'), '--ssh-args', `-F ${bed().sshConfig}`];
  const { stderr } = await refused(t, ...args);
  t.regex(stderr, /^tsrun: host node2: ssh ended with exit code 255: .*Connection refused/);
  t.notRegex(stderr, /host node1/, 'the other is well');
});

test.serial('a name that nobody knows is told', async (t) => {
  const args = ['-f', hostfileWith(t, 'nowhere.invalid'), '--ssh-args', `-F ${bed().sshConfig}`];
  const { stderr } = await refused(t, ...args);
  t.regex(stderr, /^tsrun: host nowhere\.invalid: ssh ended .*Could not resolve/);
});

test.serial('a host that takes connections and says nothing is told in time', async (t) => {
  bed().pause('node2');
  try {
    const options = ['--ssh-args', `-F ${bed().sshConfig} -o ConnectTimeout=1`];
    const end = await tsrun(t, ['-f', bed().hostfile, ...options, ...EVERYWHERE, 'ring.ts']);
    t.is(end.code, 1, end.stderr);
    t.regex(end.stderr, /^tsrun: host node2: ssh ended .*timed out/);
    t.true(end.ms < 15_000, `${end.ms} ms`);
  } finally {
    await bed().restore('node2');
  }
});

test.serial('two hosts that do not reach each other are both named', async (t) => {
  await bed().split('node1', 'node2');
  try {
    const { stderr } = await refused(t, ...onHosts(bed()));
    t.regex(stderr, /node1/);
    t.regex(stderr, /node2/);
    t.regex(stderr, /198\.\d+\.\d+\.\d/, 'the addresses that were tried');
  } finally {
    await bed().restore('node2');
  }
});

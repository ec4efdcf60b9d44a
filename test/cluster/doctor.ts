import { rmSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { makeKey } from '../../scripts/cluster/bed/access.ts';
import { bySsh, nothingRemains, onHosts, sharedBed } from '../helpers/cluster.ts';
import { type Ended, temporaryFolder, tsrun } from '../helpers/run.ts';

/** What stands in the way of a job, and what tsrun doctor says of it. Each test changes node2. */
const bed = sharedBed({ hosts: 2, slots: 1, private: true });

const WELL = '✓ ✓ ✓ ✓ ✓ ✓ ✓';
/** All but the ports, which need both hosts. */
const WELL_ALONE = '✓ ✓ ✓ ✓ ✓ ✓ –';

/** Examine hosts; nothing may be left on them but what is kept for the next job. */
async function examine(t: ExecutionContext, ...args: readonly string[]): Promise<Ended> {
  const end = await tsrun(t, ['doctor', ...args]);
  t.is(end.stderr, '');
  await t.notThrowsAsync(nothingRemains(bed().hosts));
  return end;
}

/** What came of each step on a host, by its sign. */
function signs({ stdout }: Ended, host: string): string {
  const row = stdout.split('\n').find((line) => line.startsWith(`${host} `)) ?? '';
  return (row.match(/by proxy|[✓✗!–]/g) ?? []).join(' ');
}

/** What stands below the table of one host. */
function told({ stdout }: Ended, host: string): string {
  return stdout.split('\n\n').find((text) => text.startsWith(`${host}: `)) ?? '';
}

test.serial('hosts that are well are well in all steps', async (t) => {
  const end = await examine(t, ...onHosts(bed(), '--port-range', '40000:40010'));
  t.is(end.code, 0, end.stdout);
  for (const host of ['node1', 'node2']) t.is(signs(end, host), WELL);
});

test.serial('a name that nobody knows, and a port at which nobody listens', async (t) => {
  const end = await examine(t, '-H', 'node1,nowhere.invalid', ...bySsh(bed()));
  t.is(end.code, 1);
  t.is(signs(end, 'node1'), WELL_ALONE);
  t.is(signs(end, 'nowhere.invalid'), '✗ – – – – – –');
  t.regex(told(end, 'nowhere.invalid'), /by hand: getent ahosts nowhere\.invalid\n/);
  const closed = await examine(t, '-H', 'node2', ...bySsh(bed(), '-p', '2223'));
  t.is(signs(closed, 'node2'), '✓ ✗ – – – – –');
  t.regex(told(closed, 'node2'), /connection refused\n {2}by hand: nc -v -w 10 198\S+ 2223\n/);
});

test.serial('a host that takes connections and says nothing', async (t) => {
  bed().pause('node2');
  try {
    const args = ['-H', 'node2', ...bySsh(bed(), '-o', 'ConnectTimeout=1')];
    const { code, stdout } = await tsrun(t, ['doctor', ...args]);
    t.is(code, 1);
    t.regex(stdout, /the connection is taken, but nothing was said within 1 s/);
  } finally {
    await bed().restore('node2');
  }
});

test.serial('a key that does not fit, and a host whose key is unknown', async (t) => {
  const key = join(temporaryFolder(t), 'key');
  await makeKey(key);
  const { sshConfig } = bed();
  const known = sshConfig.replace(/ssh_config$/, 'known_hosts');
  const { address } = bed().host('node2');
  const identity = `-o IdentityFile=${key} -o IdentitiesOnly=yes -o StrictHostKeyChecking=yes`;
  for (const [file, said, remedy] of [
    [known, /Permission denied/, /ssh-copy-id/],
    ['/dev/null', /Host key verification failed/, /connect once by hand/],
  ] as const) {
    const options = `-F /dev/null -l root ${identity} -o UserKnownHostsFile=${file}`;
    const end = await examine(t, '-H', address, '--ssh-args', options);
    t.is(end.code, 1);
    t.is(signs(end, address), '✓ ✓ ✗ – – – –');
    t.regex(told(end, address), said);
    t.regex(told(end, address), remedy);
    t.regex(told(end, address), /by hand: echo hello \| ssh -F \/dev\/null .* cat$/m);
  }
});

test.serial('what a profile prints does no harm', async (t) => {
  bed().host('node2').write('/root/.bashrc', 'echo Welcome; echo and beware >&2\n');
  try {
    const end = await examine(t, ...onHosts(bed()));
    t.is(end.code, 0, end.stdout);
  } finally {
    rmSync(bed().host('node2').path('/root/.bashrc'));
  }
});

test.serial('a host that is reached by another one', async (t) => {
  const { address } = bed().host('node1');
  const jump = `ProxyCommand="ssh -F ${bed().sshConfig} -W %h:%p ${address}"`;
  const end = await examine(t, '-H', 'node2', ...bySsh(bed(), '-o', jump));
  t.is(end.code, 0, end.stdout);
  t.is(signs(end, 'node2'), 'by proxy by proxy ✓ ✓ ✓ ✓ –');
});

test.serial('a host without Node', async (t) => {
  const host = bed().host('node2');
  await host.cover(process.execPath, '');
  try {
    const end = await examine(t, ...onHosts(bed()));
    t.is(end.code, 1);
    t.is(signs(end, 'node1'), WELL_ALONE);
    t.is(signs(end, 'node2'), '✓ ✓ ✓ ✗ – – –');
    t.regex(told(end, 'node2'), /node: it has no Node.*\n.* node2 'node --version'\n.*20\.19/);
  } finally {
    await host.uncover(process.execPath);
  }
});

test.serial('a Node that is too old', async (t) => {
  const host = bed().host('node2');
  const old = '#!/bin/sh\n[ "$1" != -v ] || { echo v18.1.0; exit; }\nexit 87\n';
  await host.cover(process.execPath, old, 0o755);
  try {
    const end = await examine(t, ...onHosts(bed()));
    t.is(signs(end, 'node2'), '✓ ✓ ✓ ✗ – – –');
    t.regex(told(end, 'node2'), /which is 18\.1\.0\n {2}by hand: .*\/node --version'\n/);
  } finally {
    await host.uncover(process.execPath);
  }
});

test.serial(
  'a host that can keep things only among temporary files, and one that cannot keep any',
  async (t) => {
    const host = bed().host('node2');
    const clear = (): void => {
      for (const path of ['/root/.cache', '/tmp/tsmpi-0']) {
        rmSync(host.path(path), { recursive: true, force: true });
      }
    };
    clear();
    try {
      host.write('/root/.cache', 'no folder');
      const spare = await tsrun(t, ['doctor', ...onHosts(bed())]);
      t.is(spare.code, 0, spare.stdout);
      t.is(signs(spare, 'node2'), '✓ ✓ ✓ ✓ ! ✓ ✓');
      clear();
      host.write('/root/.cache', 'no folder');
      host.write('/tmp/tsmpi-0', 'nor this');
      const none = await tsrun(t, ['doctor', ...onHosts(bed())]);
      t.is(none.code, 1);
      t.is(signs(none, 'node2'), '✓ ✓ ✓ ✓ ✗ – –');
      t.regex(told(none, 'node2'), /runtime: .*\/root\/\.cache\/tsmpi.*XDG_CACHE_HOME/);
      t.regex(told(none, 'node2'), /node2 'touch \/root\/\.cache\/tsmpi\/test'$/m);
    } finally {
      clear();
    }
  },
);

test.serial('two hosts that lose each other', async (t) => {
  await bed().split('node1', 'node2');
  try {
    const end = await examine(t, ...onHosts(bed()));
    t.is(end.code, 1);
    for (const [host, other] of [
      ['node1', 'node2'],
      ['node2', 'node1'],
    ] as const) {
      t.is(signs(end, host), '✓ ✓ ✓ ✓ ✓ ✓ ✗');
      t.regex(told(end, host), new RegExp(`ports: it cannot reach ${other} \\(198\\.`));
    }
  } finally {
    await bed().restore('node2');
  }
});

test.serial('a firewall that lets messages through in one direction only', async (t) => {
  const [one, other] = [bed().host('node1'), bed().host('node2')];
  // What node1 answers at these ports gets lost, as if it were never asked.
  const rules = [
    ['-4', other.address],
    ['-6', other.address6],
  ].map(([family = '', address = '']) => [
    ...[family, 'rule', 'add', 'pref', '10', 'to', address],
    ...['ipproto', 'tcp', 'sport', '40000-40010', 'blackhole'],
  ]);
  const undo = rules.map((words) => words.map((word) => (word === 'add' ? 'del' : word)));
  for (const words of rules) await one.run('ip', ...words);
  try {
    const end = await examine(t, ...onHosts(bed(), '--port-range', '40000:40010'));
    t.is(end.code, 1);
    t.is(signs(end, 'node1'), WELL);
    t.is(signs(end, 'node2'), '✓ ✓ ✓ ✓ ✓ ✓ ✗');
    t.regex(told(end, 'node2'), /it cannot reach node1 .*, though node1 reaches it\n/);
    t.regex(told(end, 'node2'), /open TCP ports 40000 to 40010 of node1 for node2/);
  } finally {
    for (const words of undo) await one.run('ip', ...words);
  }
});

test.serial('a range of ports that is used up', async (t) => {
  const script = "require('net').createServer().listen(40000, '::', () => console.log('there'))";
  const holder = bed().host('node2').spawn(process.execPath, ['-e', script]);
  await new Promise((resolve) => holder.stdout?.once('data', resolve));
  try {
    const end = await tsrun(t, ['doctor', ...onHosts(bed(), '--port-range', '40000:40000')]);
    t.is(end.code, 1);
    t.is(signs(end, 'node1'), WELL_ALONE);
    t.regex(told(end, 'node2'), /ports: .*no port from 40000 to 40000 is free/);
    t.regex(told(end, 'node2'), /node2 'ss -ltn'/);
  } finally {
    bed()
      .host('node2')
      .signal('SIGKILL', /listen\(40000/);
  }
});

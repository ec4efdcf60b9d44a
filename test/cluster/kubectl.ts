import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { nothingRemains, sharedBed } from '../helpers/cluster.ts';
import { Run, temporaryFolder, tsrun } from '../helpers/run.ts';

const bed = sharedBed({ hosts: 2, private: true });

const EVERYWHERE = ['--wdir', '/usr'];

/**
 * A stand-in for kubectl: `kubectl exec -i HOST -- COMMAND…` runs a command in the namespaces of a host, without a
 * login and without a shell, as the real one does.
 */
function kubectl(t: ExecutionContext): string {
  const file = join(temporaryFolder(t), 'kubectl');
  const cases = bed().hosts.map(({ name, pid }) => `  ${name}) pid=${pid} ;;`);
  const lines = [
    '#!/bin/sh',
    '[ "$1 $2 $4" = "exec -i --" ] || { echo "kubectl: unknown command: $*" >&2; exit 1; }',
    'case $3 in',
    ...cases,
    '  *) echo "Error from server (NotFound): pods \\"$3\\" not found" >&2; exit 1 ;;',
    'esac',
    'shift 4',
    // A container has an environment of its own.
    `path=/usr/local/bin:/usr/bin:/bin:${dirname(process.execPath)}`,
    'exec nsenter --target="$pid" --all --wd=/ -- env -i HOME=/root PATH="$path" "$@"',
  ];
  writeFileSync(file, `${lines.join('\n')}\n`, { mode: 0o755 });
  return file;
}

function launcher(t: ExecutionContext): string[] {
  return ['--launcher', `${kubectl(t)} exec -i {host} -- {command}`];
}

test('a command that runs a command on a host is all that it takes', async (t) => {
  const args = [...launcher(t), '-H', 'node1:2,node2:2', ...EVERYWHERE, 'ring.ts'];
  t.like(await tsrun(t, args), { code: 0, stdout: 'P0P1P2P3\n', stderr: '' });
});

test('what such a command says when it fails is passed on, with the name of the host', async (t) => {
  const { code, stdout, stderr } = await tsrun(t, [
    ...launcher(t),
    ...['-H', 'node1,pod-7', ...EVERYWHERE, 'ring.ts'],
  ]);
  t.is(code, 1);
  t.is(stdout, '');
  t.regex(
    stderr,
    /^tsrun: host pod-7: \S*kubectl ended with exit code 1: .*pods "pod-7" not found/,
  );
});

test.serial(
  'when tsrun is killed, nothing is left where such a command has started something',
  async (t) => {
    const args = [...launcher(t), '-H', 'node1,node2', ...EVERYWHERE, 'hang.ts', 'busy', 'receive'];
    const run = await Run.tsrun(t, args);
    await run.told('ready 0', 'ready 1');
    run.signal('SIGKILL');
    await t.notThrowsAsync(nothingRemains(bed().hosts));
    await run.ended;
  },
);

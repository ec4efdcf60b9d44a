import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { ROOT } from '../../scripts/cluster/bed/places.ts';
import { ALGORITHMS } from '../../src/base/algorithms.ts';
import { bySsh, onHosts, sharedBed } from '../helpers/cluster.ts';
import { type Ended, temporaryFolder, tsrun } from '../helpers/run.ts';

/** The hosts have nothing but Node and an ssh server, and an address that is good for nothing. */
const bed = sharedBed({ hosts: 3, private: true, decoy: true });

/** What `test/ranks/place.ts` prints. */
interface Place {
  readonly rank: number;
  readonly size: number;
  readonly host: string;
  readonly cwd: string;
  readonly sees: boolean;
}

function placesIn({ stdout }: Ended): Place[] {
  const lines = stdout.trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line) as Place).sort((a, b) => a.rank - b.rank);
}

function hostsIn(end: Ended): string[] {
  return placesIn(end).map(({ host }) => host);
}

/** A folder that is everywhere, so no host has to say that it lacks that of the tests. */
const EVERYWHERE = ['--wdir', '/usr'];

async function places(t: ExecutionContext, ...args: readonly string[]): Promise<string[]> {
  const end = await tsrun(t, [...args, ...EVERYWHERE, 'place.ts']);
  t.like(end, { code: 0, stderr: '' });
  return hostsIn(end);
}

test('a message goes round six ranks on three hosts', async (t) => {
  const end = await tsrun(t, onHosts(bed(), '-n', '6', ...EVERYWHERE, 'ring.ts'));
  t.like(end, { code: 0, stdout: 'P0P1P2P3P4P5\n', stderr: '' });
});

test('what is spawned goes to hosts that had no rank, and all reach each other', async (t) => {
  for (const options of [[], ['--transport', 'zeromq-tcp']]) {
    const program = [...EVERYWHERE, ...options, '--quiet', 'family.ts', 'ring', '5'];
    const end = await tsrun(t, onHosts(bed(), '-n', '1', ...program));
    t.like(end, { code: 0, stdout: '6 in a ring\n', stderr: '' });
  }
});

test('a plate cools on three hosts as it does on one', async (t) => {
  const example = join(ROOT, 'examples', 'heat-2d.ts');
  const end = await tsrun(t, onHosts(bed(), '-n', '6', ...EVERYWHERE, example));
  const stdout = '3 x 2 blocks: after 50 steps the same plate as on one rank\n';
  t.like(end, { code: 0, stdout, stderr: '' });
});

test('ranks on three hosts come to the results of one, by every algorithm', async (t) => {
  t.timeout(150_000);
  const program = ['collectives.ts', JSON.stringify(ALGORITHMS)];
  const end = await tsrun(t, onHosts(bed(), '-n', '6', ...EVERYWHERE, ...program), {
    limitMs: 140_000,
  });
  t.is(end.code, 0, end.stderr);
  t.regex(end.stdout, /^\d{3,} calls\n$/);
});

test('ranks on three hosts make communicators of communicators', async (t) => {
  t.timeout(100_000);
  const args = onHosts(bed(), '-n', '6', ...EVERYWHERE, 'communicators.ts');
  const end = await tsrun(t, args, { limitMs: 90_000 });
  t.like(end, { code: 0, stdout: 'done\n', stderr: '' });
});

test('hosts are filled in the order of the hostfile, or dealt to in turn', async (t) => {
  const bySlot = await places(t, ...onHosts(bed(), '-n', '5'));
  t.deepEqual(bySlot, ['node1', 'node1', 'node2', 'node2', 'node3']);
  const byNode = await places(t, ...onHosts(bed(), '-n', '5', '--map-by', 'node'));
  t.deepEqual(byNode, ['node1', 'node2', 'node3', 'node1', 'node2']);
});

test('a host list on the command line does without a hostfile', async (t) => {
  const hosts = await places(t, '-H', 'node3:2,node[1-2]', ...bySsh(bed()));
  t.deepEqual(hosts, ['node3', 'node3', 'node1', 'node2']);
});

test('users, ports and addresses of hosts are those of the hostfile', async (t) => {
  const [, two, three] = bed().hosts;
  const hostfile = join(temporaryFolder(t), 'hosts');
  writeFileSync(
    hostfile,
    `root@node1 port=2222\n${two?.address}:1 # IPv4\n[${three?.address6}]:1\n`,
  );
  t.deepEqual(await places(t, '-f', hostfile, ...bySsh(bed())), ['node1', 'node2', 'node3']);
});

test('what is already on a host is not brought there again', async (t) => {
  const program = join(temporaryFolder(t), 'new.ts');
  writeFileSync(
    program,
    `import { world } from 'tsmpi';\nconsole.log(${Date.now()}, world.rank);\n`,
  );
  const args = onHosts(bed(), '-n', '3', '--map-by', 'node', '--verbose', ...EVERYWHERE, program);
  const [first, second] = [await tsrun(t, args), await tsrun(t, args)];
  t.is(first.stderr.match(/node\d: brought the program/g)?.length, 3, first.stderr);
  t.notRegex(second.stderr, /brought/);
});

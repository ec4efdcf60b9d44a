import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { type Allocation, findHosts, type HostOptions } from '../../src/launch/allocation.ts';
import { UsageError } from '../../src/launch/options/usage-error.ts';

/** What salloc sets for 3 tasks on node1 and 1 on node2. */
const SALLOC = {
  SLURM_JOB_ID: '5',
  SLURM_JOB_NODELIST: 'node[1-2]',
  SLURM_TASKS_PER_NODE: '3,1',
  SLURM_NTASKS: '4',
};

function find(
  asked: Partial<HostOptions>,
  env: Record<string, string> = {},
  cwd = '/nowhere',
): Allocation {
  const none = { hosts: undefined, hostfile: undefined, launcher: undefined };
  return findHosts({ ...none, ...asked }, { cwd, env, host: 'here', cores: 6 });
}

function show({ hosts }: Allocation): string[] {
  return hosts.map(({ name, slots }) => `${name}:${slots}`);
}

/** The line that a user sees for a mistake. */
function mistake(...asked: Parameters<typeof find>): string {
  try {
    find(...asked);
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
  return 'no mistake';
}

function folderWith(t: ExecutionContext, hostfile: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'tsmpi-hosts-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'hosts'), hostfile);
  return folder;
}

test('without any word of hosts a job has this one, and a rank for each core', (t) => {
  t.deepEqual(find({}), {
    hosts: [{ name: 'here', slots: 6 }],
    source: 'here',
    limited: false,
    defaultRanks: 6,
  });
});

test('-H names the hosts, and as many ranks as they have slots', (t) => {
  const found = find({ hosts: 'a:2,b' });
  t.deepEqual(show(found), ['a:2', 'b:1']);
  t.like(found, { source: 'host list', limited: false, defaultRanks: 3 });
});

test('a hostfile is looked for from the launcher’s folder', (t) => {
  const cwd = folderWith(t, 'a slots=2\nb:3\na\n');
  const found = find({ hostfile: 'hosts' }, {}, cwd);
  t.deepEqual(show(found), ['a:3', 'b:3']);
  t.like(found, { source: 'hostfile', limited: false, defaultRanks: 6 });
  t.deepEqual(find({ hostfile: join(cwd, 'hosts') }), found);
});

test('with a hostfile, -H chooses among its hosts', (t) => {
  const cwd = folderWith(t, 'a slots=2\nada@b:3 port=2222\nc\n');
  const found = find({ hostfile: 'hosts', hosts: 'b:1,a' }, {}, cwd);
  t.like(found.hosts[0], { name: 'b', user: 'ada', port: 2222, slots: 1 });
  t.deepEqual(show(found), ['b:1', 'a:2']);
  t.like(found, { source: 'hostfile', defaultRanks: 3 });
  t.is(
    mistake({ hostfile: 'hosts', hosts: 'a,d' }, {}, cwd),
    "-H 'a,d': 'd' is not among the hosts of hostfile hosts: a, ada@b, c",
  );
});

test('a mistake in a hostfile is told with file and line', (t) => {
  const cwd = folderWith(t, '# hosts\na slots=two\n');
  t.is(
    mistake({ hostfile: 'hosts' }, {}, cwd),
    "hostfile hosts: line 2: 'a slots=two': 'two' is no number of slots; give a whole number from 0 to 4096",
  );
});

test('a mistake in a hostfile stays on its line, whatever stands there', (t) => {
  const cwd = folderWith(t, `a\u001b[2J\0${'x'.repeat(100_000)}`);
  const message = mistake({ hostfile: 'hosts' }, {}, cwd);
  t.regex(message, /^hostfile hosts: line 1: 'a\\x1b\[2J\\x00xxx/);
  t.true(message.length < 500);
});

test('a hostfile that cannot be read, or has no hosts, says so', (t) => {
  const cwd = folderWith(t, '# none yet\n');
  t.is(
    mistake({ hostfile: 'hosts' }, {}, cwd),
    'hostfile hosts: there is no host in this file; write one on each line, as node1 slots=4',
  );
  t.is(
    mistake({ hostfile: 'no' }, {}, cwd),
    `--hostfile 'no': there is no such file; looked for ${join(cwd, 'no')}`,
  );
  t.is(
    mistake({ hostfile: '.' }, {}, cwd),
    `--hostfile '.': this cannot be read (EISDIR); looked for ${cwd}`,
  );
  t.is(mistake({ hostfile: '' }), '--hostfile is empty; give a file');
});

test('a mistake in -H is told with what was typed', (t) => {
  t.is(
    mistake({ hosts: 'a,-b' }),
    "-H 'a,-b': '-b' is no name of a host; letters, digits, '.', '-' and '_' make one, no '.' or '-' comes first, and a letter or digit last",
  );
});

test('in a Slurm allocation the hosts are its own, and its slots are a limit', (t) => {
  t.deepEqual(find({}, SALLOC), {
    hosts: find({}, SALLOC).hosts,
    source: 'slurm',
    limited: true,
    defaultRanks: 4,
  });
  t.deepEqual(show(find({}, SALLOC)), ['node1:3', 'node2:1']);
  t.deepEqual(find({ launcher: 'ssh' }, SALLOC), find({}, SALLOC));
  t.deepEqual(find({ launcher: 'slurm' }, SALLOC), find({}, SALLOC));
});

test('an allocation of nodes without tasks has a rank for each slot', (t) => {
  const { SLURM_NTASKS: _, ...env } = { ...SALLOC, SLURM_TASKS_PER_NODE: '1(x2)' };
  t.is(find({}, env).defaultRanks, 2);
});

test('the numbers of cores serve where an allocation has no numbers of tasks', (t) => {
  const { SLURM_TASKS_PER_NODE: _, ...env } = { ...SALLOC, SLURM_JOB_CPUS_PER_NODE: '2(x2)' };
  t.deepEqual(show(find({}, env)), ['node1:2', 'node2:2']);
});

test('a task of a step has no allocation to itself, an interactive shell has', (t) => {
  t.is(find({}, { ...SALLOC, SLURM_STEP_ID: '0' }).source, 'here');
  t.is(find({}, { ...SALLOC, SLURM_STEP_ID: '4294967290' }).source, 'slurm');
  t.is(find({}, { ...SALLOC, SLURM_PROCID: '0' }).source, 'slurm', 'a batch script');
});

test('hosts that are named win over an allocation', (t) => {
  t.like(find({ hosts: 'a:9' }, SALLOC), { source: 'host list', limited: false });
  t.deepEqual(show(find({ hosts: 'a:9' }, SALLOC)), ['a:9']);
});

test('with --launcher slurm hosts that are named are chosen from the allocation', (t) => {
  const chosen = find({ hosts: 'node2', launcher: 'slurm' }, SALLOC);
  t.deepEqual(show(chosen), ['node2:1']);
  t.like(chosen, { source: 'slurm', limited: true, defaultRanks: 1 });
  t.is(
    mistake({ hosts: 'node2:2', launcher: 'slurm' }, SALLOC),
    '--launcher slurm: node2 has room for 1 in the Slurm allocation, not for 2; ask for fewer',
  );
  t.is(
    mistake({ hosts: 'node3', launcher: 'slurm' }, SALLOC),
    "--launcher slurm: 'node3' is not among the hosts of the Slurm allocation: node1, node2",
  );
  const cwd = folderWith(t, 'node1\nnode1\nnode2\n');
  const asked = { hostfile: 'hosts', launcher: 'slurm' };
  t.deepEqual(show(find(asked, SALLOC, cwd)), ['node1:2', 'node2:1']);
});

test('--launcher slurm without an allocation, and others without hosts, say what to do', (t) => {
  t.is(
    mistake({ launcher: 'slurm' }, { ...SALLOC, SLURM_STEP_ID: '0' }),
    '--launcher slurm: this is no Slurm allocation; start tsrun in one, as in salloc -n 4 tsrun ring.ts',
  );
  t.is(
    mistake({ launcher: 'ssh' }),
    "--launcher 'ssh': no hosts are given; name them, as in -H node1:4,node2:4 or --hostfile FILE",
  );
});

test('variables of Slurm that make no sense are a mistake with the number of the job', (t) => {
  t.is(
    mistake({}, { ...SALLOC, SLURM_TASKS_PER_NODE: '4' }),
    "Slurm job 5: 'node[1-2]' has 2 nodes, but '4' gives the tasks of 1",
  );
});

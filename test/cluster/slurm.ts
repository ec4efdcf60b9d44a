import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { command } from '../../scripts/cluster/bed/command.ts';
import { ROOT } from '../../scripts/cluster/bed/places.ts';
import { processesNamed, processesWith, signalAll } from '../../scripts/cluster/bed/processes.ts';
import { Slurm } from '../../scripts/cluster/bed/slurm.ts';
import { ALGORITHMS } from '../../src/base/algorithms.ts';
import { nothingRemains, sharedBed } from '../helpers/cluster.ts';
import { RANKS, Run, type RunOptions, TSRUN, temporaryFolder } from '../helpers/run.ts';

let slurm: Slurm;

/** A batch script runs on its first host, so tsrun must be there; the other has nothing but Node. */
const bed = sharedBed({ hosts: 2, private: ['node2'] }, async (opened) => {
  slurm = await Slurm.start(opened, 4);
});

const TSRUN_COMMAND = [process.execPath, TSRUN];

function environment(): Record<string, string> {
  return { SLURM_CONF: slurm.configuration };
}

/** Run a command within an allocation. */
async function salloc(
  t: ExecutionContext,
  request: readonly string[],
  args: readonly string[],
  options: RunOptions = {},
): Promise<Run> {
  const words = ['--quiet', ...request, ...TSRUN_COMMAND, ...args];
  return await Run.program(t, 'salloc', words, { env: environment(), ...options });
}

const EVERYWHERE = ['--wdir', '/usr'];
const TWO_HOSTS = ['--nodes=2', '--ntasks=4', '--ntasks-per-node=2'];

test.serial('ranks are where Slurm has given room', async (t) => {
  const run = await salloc(t, ['--nodes=2', '--ntasks=4'], [...EVERYWHERE, 'place.ts']);
  const { code, stdout, stderr } = await run.ended;
  t.is(code, 0, stderr);
  const hosts = stdout
    .trimEnd()
    .split('\n')
    .map((line) => (JSON.parse(line) as { host: string }).host);
  t.deepEqual(hosts.sort(), ['node1', 'node1', 'node1', 'node2']);
});

test('within an allocation tsrun needs neither a hostfile nor a number of ranks', async (t) => {
  const run = await salloc(t, TWO_HOSTS, [...EVERYWHERE, 'ring.ts']);
  t.like(await run.ended, { code: 0, stdout: 'P0P1P2P3\n', stderr: '' });
});

test('a plate cools in an allocation as it does on one host', async (t) => {
  const example = join(ROOT, 'examples', 'heat-2d.ts');
  const run = await salloc(t, TWO_HOSTS, [...EVERYWHERE, example]);
  const stdout = '2 x 2 blocks: after 50 steps the same plate as on one rank\n';
  t.like(await run.ended, { code: 0, stdout, stderr: '' });
});

test('ranks in an allocation come to the results of one, by every algorithm', async (t) => {
  t.timeout(150_000);
  const args = [...EVERYWHERE, 'collectives.ts', JSON.stringify(ALGORITHMS)];
  const end = await (await salloc(t, TWO_HOSTS, args, { env: environment(), limitMs: 140_000 }))
    .ended;
  t.is(end.code, 0, end.stderr);
  t.regex(end.stdout, /^\d{3,} calls\n$/);
});

test('ranks in an allocation make communicators of communicators', async (t) => {
  t.timeout(100_000);
  const options = { env: environment(), limitMs: 90_000 };
  const run = await salloc(t, TWO_HOSTS, [...EVERYWHERE, 'communicators.ts'], options);
  t.like(await run.ended, { code: 0, stdout: 'done\n', stderr: '' });
});

test('a batch job runs on all of its hosts', async (t) => {
  const folder = temporaryFolder(t);
  const [script, output] = [join(folder, 'job.sh'), join(folder, 'output')];
  // The folder of the batch job is not there on the other host, which is why --wdir is given.
  const line = [...TSRUN_COMMAND, ...EVERYWHERE, `${RANKS}ring.ts`].map((word) => `'${word}'`);
  writeFileSync(script, `#!/bin/sh\nexec ${line.join(' ')}\n`);
  chmodSync(script, 0o755);
  const args = ['--wait', '--output', output, ...TWO_HOSTS, script];
  const run = await Run.program(t, 'sbatch', args, { env: environment() });
  const end = await run.ended;
  t.is(readFileSync(output, 'utf8'), 'P0P1P2P3\n');
  t.is(end.code, 0, end.stderr);
});

test('more ranks than Slurm has given room for are refused, and what to ask for is said', async (t) => {
  const run = await salloc(t, ['--ntasks=2'], ['-n', '3', ...EVERYWHERE, 'ring.ts']);
  const { code, stdout, stderr } = await run.ended;
  t.is(code, 2, stderr);
  t.is(stdout, '');
  t.regex(stderr, /salloc -n 3/);
});

test.serial('of a job that Slurm cancels nothing is left', async (t) => {
  const run = await salloc(t, TWO_HOSTS, [
    ...EVERYWHERE,
    'hang.ts',
    'receive',
    'busy',
    'sleep',
    'busy',
  ]);
  await run.told('ready 0', 'ready 1', 'ready 2', 'ready 3');
  const id = await command('squeue', ['-h', '-o', '%A'], { env: slurm.environment });
  await command('scancel', id.trim().split('\n'), { env: slurm.environment });
  t.not((await run.ended).code, 0);
  await t.notThrowsAsync(nothingRemains(bed().hosts, 10_000));
});

test.serial('when tsrun is killed in an allocation, nothing is left on its hosts', async (t) => {
  const run = await salloc(t, TWO_HOSTS, [
    ...EVERYWHERE,
    'hang.ts',
    'receive',
    'busy',
    'sleep',
    'busy',
  ]);
  await run.told('ready 0', 'ready 1', 'ready 2', 'ready 3');
  const inAllocation = processesWith(`SLURM_CONF=${slurm.configuration}`);
  const launchers = processesNamed('node', TSRUN).filter((pid) => inAllocation.includes(pid));
  t.is(launchers.length, 1);
  signalAll(launchers, 'SIGKILL');
  await t.notThrowsAsync(nothingRemains(bed().hosts));
  await run.ended;
});

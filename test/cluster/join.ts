import { readdirSync } from 'node:fs';
import test, { type ExecutionContext } from 'ava';
import { command } from '../../scripts/cluster/bed/command.ts';
import { addressOf, prefixOf } from '../../scripts/cluster/bed/network.ts';
import { until } from '../../scripts/cluster/bed/patience.ts';
import { Slurm } from '../../scripts/cluster/bed/slurm.ts';
import { ALGORITHMS } from '../../src/base/algorithms.ts';
import { JOB_FOLDER_PREFIX } from '../../src/launch/start/warden.ts';
import { PROMPT_MS, sharedBed } from '../helpers/cluster.ts';
import { Run, type RunOptions, TSRUN } from '../helpers/run.ts';

let slurm: Slurm;

/** Another launcher starts tsrun on each host, so all of them see this package. */
const bed = sharedBed({ hosts: 3 }, async (opened) => {
  slurm = await Slurm.start(opened, 4);
});

const JOIN = [process.execPath, TSRUN, 'join'];
const HANG = ['hang.ts', 'receive', 'busy', 'sleep', 'busy'];
const TWO_HOSTS = ['--nodes=2', '--ntasks=4', '--ntasks-per-node=2'];

/** As root, and with as many ranks as are asked for. */
const MPIRUN = ['mpirun.openmpi', '--allow-run-as-root', '--oversubscribe'];

function mpiexec(): string[] {
  // This machine's name has no address that the hosts could come back to.
  return ['mpiexec.hydra', '-iface', prefixOf(bed().number)];
}

async function start(
  t: ExecutionContext,
  [file = '', ...args]: readonly string[],
  options: RunOptions = {},
): Promise<Run> {
  return await Run.program(t, file, args, { env: { SLURM_CONF: slurm.configuration }, ...options });
}

/** Whatever launcher prints what and when, the ring went round. */
async function goesRound(
  t: ExecutionContext,
  words: readonly string[],
  ranks: string = 'P0P1P2P3',
): Promise<void> {
  const { code, stdout, stderr } = await (await start(t, [...words, ...JOIN, 'ring.ts'])).ended;
  t.is(code, 0, stderr);
  t.is(stdout, `${ranks}\n`, stderr);
}

test('the tasks of srun find each other on two hosts', async (t) => {
  await goesRound(t, ['srun', '--quiet', ...TWO_HOSTS]);
});

test('the tasks of srun find each other wherever it puts them, and keep its labels', async (t) => {
  const words = ['srun', '--quiet', '--nodes=3', '--ntasks=6', '--distribution=cyclic', '--label'];
  const { code, stdout, stderr } = await (await start(t, [...words, ...JOIN, 'ring.ts'])).ended;
  t.is(code, 0, stderr);
  t.is(stdout, '0: P0P1P2P3P4P5\n');
});

for (const plugin of ['pmi2', 'pmix']) {
  test(`the tasks of srun find each other with --mpi=${plugin}`, async (t) => {
    await goesRound(t, ['srun', '--quiet', `--mpi=${plugin}`, ...TWO_HOSTS]);
    await goesRound(t, ['srun', '--quiet', `--mpi=${plugin}`, '--nodes=1', '--ntasks=2'], 'P0P1');
  });
}

test('the ranks of mpirun and mpiexec find each other in an allocation', async (t) => {
  await goesRound(t, ['salloc', '--quiet', ...TWO_HOSTS, ...MPIRUN, '-n', '4']);
  await goesRound(t, ['salloc', '--quiet', ...TWO_HOSTS, ...mpiexec(), '-n', '4']);
});

test('the ranks of mpirun and mpiexec find each other on one host', async (t) => {
  await goesRound(t, [...MPIRUN, '-n', '4']);
  await goesRound(t, ['mpiexec.hydra', '-n', '4']);
});

test('two jobs of mpiexec at once are two jobs', async (t) => {
  await Promise.all([
    goesRound(t, ['mpiexec.hydra', '-n', '2'], 'P0P1'),
    goesRound(t, ['mpiexec.hydra', '-n', '3'], 'P0P1P2'),
  ]);
});

test('ranks that srun started come to the results of one, by every algorithm', async (t) => {
  t.timeout(150_000);
  const args = ['collectives.ts', JSON.stringify(ALGORITHMS)];
  const options = { env: { SLURM_CONF: slurm.configuration }, limitMs: 140_000 };
  const words = ['srun', '--quiet', ...TWO_HOSTS, ...JOIN, ...args];
  const end = await (await start(t, words, options)).ended;
  t.is(end.code, 0, end.stderr);
  t.regex(end.stdout, /^\d{3,} calls\n$/);
});

test('ranks that mpirun and mpiexec started on several hosts by ssh are told what to do instead', async (t) => {
  const { sshConfig } = bed();
  const agent = `ssh -F ${sshConfig}`;
  const hosts = ['--host', 'node1:2,node2:2', '--mca', 'plm_rsh_agent', agent];
  const network = ['--mca', 'oob_tcp_if_include', `${addressOf(bed().number, 0)}/24`];
  const run = await start(t, [...MPIRUN, ...hosts, ...network, '-n', '4', ...JOIN, 'ring.ts']);
  const { code, stdout, stderr, ms } = await run.ended;
  t.is(code, 1, stderr);
  t.is(stdout, '');
  t.true(ms < 10_000);
  t.regex(
    stderr,
    /^tsrun: mpirun started 4 ranks, 2 of them here on node[12] and the others on other hosts, .*: npx tsrun -f hostfile program\.ts; or in a Slurm allocation: srun/m,
  );
});

/** Start ranks that never end, and wait until they run. */
async function hang(t: ExecutionContext): Promise<Run> {
  const run = await start(t, ['srun', '--quiet', ...TWO_HOSTS, ...JOIN, ...HANG]);
  await run.told('ready 0', 'ready 1', 'ready 2', 'ready 3');
  return run;
}

/** Wait until nothing of a job is left on any host: they all have the one /tmp of this machine. */
async function nothingRemains(run: Run, withinMs: number): Promise<void> {
  const left = (): string[] => [
    ...bed().hosts.flatMap((host) => [
      ...host.processes().map(({ argv }) => `${host.name}: ${argv.join(' ').slice(0, 200)}`),
      ...readdirSync(host.path('/dev/shm')),
    ]),
    ...run.jobFolders(),
    ...readdirSync('/tmp').filter((name) => name.startsWith(`${JOB_FOLDER_PREFIX}J`)),
  ];
  await until('the end of a job', () => left().length === 0, withinMs).catch(() => {
    if (left().length > 0)
      throw new Error(`after ${withinMs} ms there is still ${left().join('; ')}`);
  });
}

/** The processes of `tsrun join` by their place in the job. */
function joinOf(rank: number): number {
  for (const host of bed().hosts) {
    for (const { pid, argv, environment } of host.processes()) {
      const isJoin = argv.includes(TSRUN) && argv.includes('join');
      if (isJoin && environment.includes(`SLURM_PROCID=${rank}`)) return pid;
    }
  }
  throw new Error(`there is no tsrun join of rank ${rank}`);
}

for (const victim of [0, 1, 3]) {
  test.serial(
    `when the process of rank ${victim} is killed, nothing is left on any host`,
    async (t) => {
      const run = await hang(t);
      process.kill(joinOf(victim), 'SIGKILL');
      await t.notThrowsAsync(nothingRemains(run, PROMPT_MS));
      t.not((await run.ended).code, 0);
    },
  );
}

test.serial('of a step that is cancelled nothing is left', async (t) => {
  const run = await hang(t);
  const id = await command('squeue', ['-h', '-o', '%A'], { env: slurm.environment });
  await command('scancel', id.trim().split('\n'), { env: slurm.environment });
  t.not((await run.ended).code, 0);
  await t.notThrowsAsync(nothingRemains(run, 10_000));
});

test.serial('of ranks whose mpirun is killed nothing is left', async (t) => {
  const run = await start(t, [...MPIRUN, '-n', '4', ...JOIN, ...HANG]);
  await run.told('ready 0', 'ready 1', 'ready 2', 'ready 3');
  t.is(run.jobFolders().length, 1);
  run.signal('SIGKILL');
  await t.notThrowsAsync(run.gone());
});

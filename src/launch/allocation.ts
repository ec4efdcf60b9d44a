import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { chooseHosts, collectHosts } from '../hosts/collect.ts';
import type { Host } from '../hosts/host.ts';
import { readHostList } from '../hosts/host-list.ts';
import { readHostfile } from '../hosts/hostfile.ts';
import { HostMistake } from '../hosts/mistake.ts';
import { readSlurmHosts } from '../hosts/slurm.ts';
import { shown } from './options/quote.ts';
import { UsageError } from './options/usage-error.ts';
import { MAX_RANKS, wholeNumber } from './options/values.ts';

/** The hosts of a job, and who said so. */
export interface Allocation {
  /** Each once, in the order in which ranks are placed on them; never empty. */
  readonly hosts: readonly Host[];
  readonly source: 'here' | 'host list' | 'hostfile' | 'slurm';
  /** Whether the slots are a scheduler's limit: more ranks are refused. */
  readonly limited: boolean;
  /** How many ranks one program gets where neither `-n` nor `--per-node` is given. */
  readonly defaultRanks: number;
}

/** What a command line says of the hosts of its job; the texts as typed. */
export interface HostOptions {
  /** `-H`. */
  readonly hosts: string | undefined;
  /** `--hostfile`. */
  readonly hostfile: string | undefined;
  /** `ssh`, `slurm`, or a command with `{command}` in it. */
  readonly launcher: string | undefined;
}

/** Where hosts are looked for. */
export interface AllocationContext {
  /** The launcher's working folder, absolute. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The name of this host. */
  readonly host: string;
  readonly cores: number;
}

/**
 * Find the hosts of a job: those of `-H` and `--hostfile`, else those of the Slurm allocation in
 * which tsrun was started, else this one.
 *
 * With both, `-H` chooses among the hosts of the file. `--launcher slurm` insists on the allocation;
 * `-H` and `--hostfile` then choose among its hosts.
 *
 * @throws UsageError
 */
export function findHosts(asked: HostOptions, context: AllocationContext): Allocation {
  const { hosts, hostfile, launcher } = asked;
  const named = hosts !== undefined || hostfile !== undefined;
  if (named && launcher !== 'slurm') {
    return unlimited(namedHosts(asked, context), hostfile === undefined ? 'host list' : 'hostfile');
  }
  const slurm = slurmAllocation(context.env);
  if (slurm !== undefined) return named ? chooseInSlurm(slurm, asked, context) : slurm;
  if (launcher === 'slurm') {
    throw new UsageError(
      '--launcher slurm: this is no Slurm allocation; start tsrun in one, as in salloc -n 4 tsrun ring.ts',
    );
  }
  if (launcher !== undefined) {
    throw new UsageError(
      `--launcher ${shown(launcher)}: no hosts are given; name them, as in -H node1:4,node2:4 or --hostfile FILE`,
    );
  }
  const slots = Math.max(1, Math.min(context.cores, MAX_RANKS));
  return unlimited([{ name: context.host, slots }], 'here');
}

function unlimited(hosts: readonly Host[], source: Allocation['source']): Allocation {
  return { hosts, source, limited: false, defaultRanks: slotsOf(hosts) };
}

function slotsOf(hosts: readonly Host[]): number {
  return hosts.reduce((sum, { slots }) => sum + slots, 0);
}

/** The hosts of `-H` and `--hostfile`. */
function namedHosts({ hosts, hostfile }: HostOptions, { cwd }: AllocationContext): Host[] {
  const inFile = hostfile === undefined ? undefined : readFile(hostfile, cwd);
  if (hosts === undefined) return inFile ?? [];
  return located(`-H ${shown(hosts)}`, () => {
    const entries = readHostList(hosts);
    return inFile === undefined
      ? collectHosts(entries)
      : chooseHosts(inFile, entries, `hostfile ${hostfile}`);
  });
}

function readFile(file: string, cwd: string): Host[] {
  if (file === '') throw new UsageError('--hostfile is empty; give a file');
  const path = resolve(cwd, file);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const fault = code === 'ENOENT' ? 'there is no such file' : `this cannot be read (${code})`;
    throw new UsageError(`--hostfile ${shown(file)}: ${fault}; looked for ${path}`);
  }
  return located(`hostfile ${file}`, () => collectHosts(readHostfile(text)));
}

/** From this number on, steps are not tasks of the user's: an interactive shell, the batch script. */
const FIRST_SPECIAL_STEP = 2 ** 32 - 16;

/** Find the allocation that tsrun has to itself; undefined if there is none, or if it is a task of one. */
function slurmAllocation(env: AllocationContext['env']): Allocation | undefined {
  const nodes = env.SLURM_JOB_NODELIST;
  if (env.SLURM_JOB_ID === undefined || nodes === undefined) return undefined;
  const step = env.SLURM_STEP_ID;
  if (step !== undefined && !(Number(step) >= FIRST_SPECIAL_STEP)) return undefined;
  const tasks = env.SLURM_TASKS_PER_NODE ?? env.SLURM_JOB_CPUS_PER_NODE ?? '';
  const hosts = located(`Slurm job ${env.SLURM_JOB_ID}`, () => readSlurmHosts(nodes, tasks));
  const asked = wholeNumber(env.SLURM_NTASKS ?? '') ?? 0;
  const defaultRanks = asked >= 1 ? asked : slotsOf(hosts);
  return { hosts, source: 'slurm', limited: true, defaultRanks };
}

function chooseInSlurm(
  slurm: Allocation,
  asked: HostOptions,
  context: AllocationContext,
): Allocation {
  const { hosts: list, hostfile } = asked;
  // What the scheduler gave is the most there is.
  const given = slurm.hosts.map((host) => ({ ...host, maxSlots: host.slots }));
  const wanted =
    hostfile === undefined && list !== undefined
      ? located(`-H ${shown(list)}`, () => readHostList(list))
      : namedHosts(asked, context);
  const chosen = located('--launcher slurm', () =>
    chooseHosts(given, wanted, 'the Slurm allocation'),
  );
  const hosts = chosen.map(({ name, slots }) => ({ name, slots }));
  return { ...slurm, hosts, defaultRanks: slotsOf(hosts) };
}

/** Say of a mistake where it was found. */
function located<Result>(where: string, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    if (error instanceof HostMistake) throw new UsageError(`${where}: ${error.message}`);
    throw error;
  }
}

/** How other hosts of an allocation are reached: as was said, else as its source would have it, else by ssh. */
export function launcherFor(
  { launcher }: Pick<HostOptions, 'launcher'>,
  { source }: Pick<Allocation, 'source'>,
): string | undefined {
  return launcher ?? (source === 'slurm' ? 'slurm' : undefined);
}

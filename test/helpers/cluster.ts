import { readdirSync } from 'node:fs';
import test, { type ExecutionContext } from 'ava';
import { Bed, type BedOptions } from '../../scripts/cluster/bed/bed.ts';
import type { Host } from '../../scripts/cluster/bed/host.ts';
import { until } from '../../scripts/cluster/bed/patience.ts';
import type { Process } from '../../scripts/cluster/bed/processes.ts';
import { JOB_FOLDER_PREFIX } from '../../src/launch/start/warden.ts';

/** Make hosts, which are gone when the test is over. */
export async function openBed(t: ExecutionContext, options: BedOptions): Promise<Bed> {
  const bed = await Bed.open(options);
  t.teardown(() => bed.close());
  return bed;
}

/**
 * Make hosts for all tests of the file that calls this.
 *
 * @param prepare  what else is to be done before the first of them
 * @returns what gives the bed, to the tests
 */
export function sharedBed(
  options: BedOptions,
  prepare: (bed: Bed) => Promise<void> = async () => {},
): () => Bed {
  let bed: Bed | undefined;
  test.before(async () => {
    bed = await Bed.open(options);
    await prepare(bed);
  });
  test.after.always(async () => await bed?.close());
  return () => {
    if (bed === undefined) throw new Error('there is a bed only within tests');
    return bed;
  };
}

/** The arguments by which tsrun finds the hosts of a bed, and others behind them. */
export function onHosts(bed: Bed, ...args: readonly string[]): string[] {
  return ['-f', bed.hostfile, ...bySsh(bed), ...args];
}

/** The arguments by which ssh finds the hosts of a bed. */
export function bySsh({ sshConfig }: Bed, ...options: readonly string[]): string[] {
  return ['--ssh-args', ['-F', sshConfig, ...options].join(' ')];
}

/** The process of a rank on a host. */
export function rankOn(host: Host, rank: number): Process {
  const found = host
    .processes()
    .find(({ environment }) => environment.includes(`TSMPI_RANK=${rank}`));
  if (found === undefined) throw new Error(`rank ${rank} is not on ${host.name}`);
  return found;
}

/** What jobs have left on hosts: processes, shared memory and folders; not what is kept for the next job. */
export function remains(hosts: readonly Host[]): string[] {
  return hosts.flatMap((host) => {
    const entries = (folder: string): string[] =>
      readdirSync(host.path(folder)).map((name) => `${host.name}: ${folder}/${name}`);
    return [
      ...host.processes().map(({ argv }) => `${host.name}: ${argv.join(' ').slice(0, 200)}`),
      ...entries('/dev/shm'),
      // What is shared with this machine may be of other jobs.
      ...(host.isPrivate ? entries('/tmp') : []).filter((path) =>
        path.includes(`/${JOB_FOLDER_PREFIX}`),
      ),
    ];
  });
}

/**
 * The end of a job, and of all that is left of it, comes within this time on a machine that does much else; alone it takes a
 * tenth of a second, or half of one after a failure.
 */
export const PROMPT_MS = 6_000;

/** Wait until nothing of a job is left on hosts. @throws with what is left after that time */
export async function nothingRemains(
  hosts: readonly Host[],
  withinMs: number = PROMPT_MS,
): Promise<void> {
  await until('the end of a job', () => remains(hosts).length === 0, withinMs).catch(() => {
    const left = remains(hosts);
    if (left.length > 0) throw new Error(`after ${withinMs} ms there is still ${left.join('; ')}`);
  });
}

import type { Host } from '../hosts/host.ts';
import { MAX_RANKS } from './options/values.ts';

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
 * Find the hosts of a job: those of `-H` and `--hostfile`, else those of the Slurm allocation that
 * tsrun was started in, else this one.
 *
 * @throws UsageError
 */
export function findHosts(_asked: HostOptions, context: AllocationContext): Allocation {
  const slots = Math.max(1, Math.min(context.cores, MAX_RANKS));
  return {
    hosts: [{ name: context.host, slots }],
    source: 'here',
    limited: false,
    defaultRanks: slots,
  };
}

import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Bed } from './bed.ts';
import { command } from './command.ts';
import { type Host, MARK } from './host.ts';
import { addressOf } from './network.ts';
import { until } from './patience.ts';

/** The controller listens on all addresses of this machine, so each bed has a port of its own: this, and its number. */
const CONTROLLER_PORT = 26_000;

/**
 * Slurm on the hosts of a bed: its controller and munge on this machine, and slurmd on each host.
 *
 * It ends with the bed. Its files are in a folder that private hosts see too.
 */
export class Slurm {
  /** The value of SLURM_CONF, by which its commands find it. */
  readonly configuration: string;
  readonly #bed: Bed;
  readonly #folder: string;

  private constructor(bed: Bed) {
    this.#bed = bed;
    this.#folder = join(bed.folder, 'slurm');
    this.configuration = join(this.#folder, 'slurm.conf');
  }

  /** Start it, and return once all hosts take jobs. */
  static async start(bed: Bed, processorsEach: number): Promise<Slurm> {
    const slurm = new Slurm(bed);
    slurm.#configure(processorsEach);
    try {
      await slurm.#start();
    } catch (error) {
      throw new Error(`Slurm did not start:\n${slurm.#logs()}`, { cause: error });
    }
    return slurm;
  }

  /** This process's environment, and where Slurm's commands find this Slurm. */
  get environment(): NodeJS.ProcessEnv {
    return { ...process.env, SLURM_CONF: this.configuration };
  }

  /** Have a host take jobs again, after it was started anew. */
  startNode(host: Host): void {
    this.#daemon(host.name, 'slurmd', ['-D', '-N', host.name], host);
  }

  async #start(): Promise<void> {
    const munge = join(this.#folder, 'munge');
    this.#daemon('munge', 'munged', [
      '--foreground',
      '--num-threads=2',
      `--socket=${join(munge, 'socket')}`,
      ...['key', 'seed', 'pid', 'log'].map((what) => `--${what}-file=${join(munge, what)}`),
    ]);
    // The daemons wait for munge by themselves, but for seconds.
    await until('munge', () => this.#succeeds('munge', `--socket=${join(munge, 'socket')}`, '-n'));
    this.#daemon('controller', 'slurmctld', ['-D', '-c']);
    for (const host of this.#bed.hosts) this.startNode(host);
    await until('Slurm', () => this.#allIdle());
  }

  #configure(processorsEach: number): void {
    const at = (name: string): string => join(this.#folder, name);
    mkdirSync(at('munge'));
    mkdirSync(at('state'));
    for (const { name } of this.#bed.hosts) mkdirSync(at(`${name}.tmp`));
    writeFileSync(join(at('munge'), 'key'), randomBytes(128), { mode: 0o600 });
    const settings = {
      ClusterName: `bed${this.#bed.number}`,
      SlurmctldHost: `${hostname().split('.')[0]}(${addressOf(this.#bed.number)})`,
      SlurmctldPort: CONTROLLER_PORT + this.#bed.number,
      SlurmUser: 'root',
      AuthType: 'auth/munge',
      CredType: 'cred/munge',
      AuthInfo: `socket=${at('munge')}/socket`,
      StateSaveLocation: at('state'),
      SlurmctldPidFile: at('controller.pid'),
      SlurmdPidFile: at('%n.pid'),
      SlurmdSpoolDir: at('%n.spool'),
      // Where its plugin for PMIx keeps a folder named after the step alone.
      TmpFS: at('%n.tmp'),
      // No accounting, no cgroups, no limits: only jobs.
      AccountingStorageType: 'accounting_storage/none',
      JobAcctGatherType: 'jobacct_gather/none',
      ProctrackType: 'proctrack/linuxproc',
      TaskPlugin: 'task/none',
      MpiDefault: 'none',
      SelectType: 'select/cons_tres',
      SelectTypeParameters: 'CR_CPU',
      // The hosts claim more processors than this machine has.
      SlurmdParameters: 'config_overrides',
      SchedulerParameters: 'batch_sched_delay=0',
      ReturnToService: 2,
      SlurmdTimeout: 10,
      KillWait: 3,
    };
    const hosts = this.#bed.hosts.map(
      ({ name, address }) => `NodeName=${name} NodeAddr=${address} CPUs=${processorsEach}`,
    );
    writeFileSync(
      this.configuration,
      [
        ...Object.entries(settings).map(([name, value]) => `${name}=${value}`),
        ...hosts,
        'PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE',
        '',
      ].join('\n'),
    );
  }

  #daemon(name: string, file: string, args: readonly string[], host?: Host): void {
    const log = openSync(this.#log(name), 'a');
    const env = { ...this.environment, [MARK]: this.#bed.folder };
    const options: SpawnOptions = { detached: true, stdio: ['ignore', log, log], env };
    const child: ChildProcess =
      host === undefined ? spawn(file, args, options) : host.spawn(file, args, options);
    child.on('error', () => {});
    child.unref();
    closeSync(log);
  }

  async #allIdle(): Promise<boolean> {
    const idle = await this.#output('sinfo', '-h', '-N', '-t', 'idle', '-o', '%N');
    return idle.split('\n').filter((name) => name !== '').length === this.#bed.hosts.length;
  }

  async #succeeds(file: string, ...args: readonly string[]): Promise<boolean> {
    return (await this.#output(file, ...args)) !== '';
  }

  /** What a command prints; nothing if it fails. */
  async #output(file: string, ...args: readonly string[]): Promise<string> {
    const options = { env: this.environment, limitMs: 3000 };
    return await command(file, args, options).catch(() => '');
  }

  #log(name: string): string {
    return join(this.#folder, `${name}.log`);
  }

  #logs(): string {
    const names = ['munge', 'controller', ...this.#bed.hosts.map(({ name }) => name)];
    const ends = names.map((name) => {
      const lines = (existsSync(this.#log(name)) ? readFileSync(this.#log(name), 'utf8') : '')
        .trimEnd()
        .split('\n');
      return [`${name}:`, ...lines.slice(-8)].join('\n');
    });
    return ends.join('\n');
  }
}

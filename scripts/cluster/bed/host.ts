import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { SSH_PORTS } from './access.ts';
import { command } from './command.ts';
import { address6Of, addressOf, connectHost, namespaceOf, setForwarding } from './network.ts';
import { until } from './patience.ts';
import { BOOT } from './places.ts';
import { type Process, processesIn, signalAll } from './processes.ts';
import { privateView } from './view.ts';

/** Has the bed's processes on this machine known by their environment. */
export const MARK = 'TSMPI_BED';

/** What the first process of a host is called there. */
const FIRST = 1;

/** One host of a bed: namespaces of its own, with an sshd as its first process. */
export class Host {
  readonly name: string;
  readonly address: string;
  readonly address6: string;
  /** Whether it has files of its own. */
  readonly isPrivate: boolean;
  readonly #bed: number;
  readonly #number: number;
  readonly #folder: string;

  constructor(bed: number, number: number, folder: string, isPrivate: boolean) {
    this.name = `node${number}`;
    this.address = addressOf(bed, number);
    this.address6 = address6Of(bed, number);
    this.isPrivate = isPrivate;
    this.#bed = bed;
    this.#number = number;
    this.#folder = folder;
  }

  /** Counted from 1. */
  get number(): number {
    return this.#number;
  }

  async create(decoy: boolean): Promise<void> {
    await connectHost(this.#bed, this.#number, decoy);
    await this.boot();
  }

  /** Start it, and return once one can log in. */
  async boot(): Promise<void> {
    const kept = [join(this.#folder, 'ssh'), join(this.#folder, 'slurm'), this.#own()];
    const { hide, keep } = this.isPrivate ? privateView(kept) : { hide: [], keep: [] };
    const log = openSync(join(this.#own(), 'log'), 'a');
    const args = [`--net=/run/netns/${namespaceOf(this.#bed, this.#number)}`];
    args.push('unshare', '--uts', '--ipc', '--pid', '--mount', '--fork', '--kill-child');
    args.push('--mount-proc', 'sh', BOOT, this.name, this.#folder);
    const child = spawn('nsenter', args, {
      detached: true,
      stdio: ['ignore', log, log],
      env: {
        ...process.env,
        [MARK]: this.#folder,
        BED_HIDE: hide.join('\n'),
        BED_KEEP: keep.join('\n'),
      },
    });
    child.unref();
    closeSync(log);
    const ended = new Promise<never>((_, reject) => {
      child.once('error', reject);
      child.once('exit', () => reject(new Error(`${this.name} did not boot: see ${log}`)));
    });
    // Once it is up its end is no mistake.
    ended.catch(() => {});
    await Promise.race([ended, until(`sshd of ${this.name}`, () => answers(this.address, 22))]);
  }

  /** Its processes but for those of ssh and Slurm: what users have running there. */
  processes(): Process[] {
    return this.#all().filter(
      ({ argv, pidThere }) =>
        pidThere > FIRST && !/^(sshd:|\/usr\/sbin\/sshd|slurmd|slurmstepd:)/.test(argv[0] ?? ''),
    );
  }

  isUp(): boolean {
    return this.#first() !== undefined;
  }

  /** The number of its first process on this machine. @throws if it is not up */
  get pid(): number {
    const first = this.#first();
    if (first === undefined) throw new Error(`${this.name} is not up`);
    return first.pid;
  }

  /** Where this machine sees a file of that host. */
  path(file: string): string {
    return `/proc/${this.pid}/root${file}`;
  }

  /** Run a command in all namespaces of the host, as if somebody had logged in. */
  async run(file: string, ...args: readonly string[]): Promise<string> {
    return await command('nsenter', [...this.#enter(), file, ...args]);
  }

  /** Start a command in all namespaces of the host. The caller ends it. */
  spawn(file: string, args: readonly string[], options: SpawnOptions = {}): ChildProcess {
    return spawn('nsenter', [...this.#enter(), file, ...args], options);
  }

  /** Have the host, and nobody else, see a file with these contents in the place of one that is there. */
  async cover(path: string, contents: string, mode = 0o644): Promise<void> {
    const file = join(this.#own(), `cover-${path.replaceAll('/', ':')}`);
    // What is in use as the place of another file stays as it is.
    rmSync(file, { force: true });
    writeFileSync(file, contents, { mode });
    await this.run('mount', '--bind', file, path);
  }

  /** Have a private host see one of its files in another place too, until it ends. */
  async bind(from: string, to: string): Promise<void> {
    this.write(to, '');
    await this.run('mount', '--bind', from, to);
  }

  /** Write a file on a private host. */
  write(path: string, contents: string): void {
    if (!this.isPrivate) throw new Error(`${this.name}: ${path} would be this machine's own`);
    const file = this.path(path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, contents);
  }

  /** Undo what covers a file. */
  async uncover(path: string): Promise<void> {
    await this.run('umount', path);
  }

  /** The TCP ports at which somebody listens on the host, but for ssh. */
  listening(): number[] {
    const rows = ['tcp', 'tcp6'].flatMap((table) =>
      readFileSync(`/proc/${this.pid}/net/${table}`, 'utf8').split('\n').slice(1),
    );
    const ports = rows
      .map((row) => row.trim().split(/\s+/))
      // 0A is "listen".
      .filter(([, , , state]) => state === '0A')
      .map(([, local = '']) => Number.parseInt(local.split(':').at(-1) ?? '', 16));
    return [...new Set(ports)].filter((port) => !SSH_PORTS.includes(port));
  }

  /** Signal those of its processes whose command line matches, the bed's own among them. */
  signal(signal: NodeJS.Signals, pattern: RegExp = /^/): void {
    const chosen = this.#all().filter(
      ({ argv, pidThere }) => pidThere > 0 && pattern.test(argv.join(' ')),
    );
    signalAll(
      chosen.map(({ pid }) => pid),
      signal,
    );
  }

  /** End it: its processes end, and so do connections, as those of any process that ends. */
  async kill(): Promise<void> {
    await until(`the end of ${this.name}`, () => {
      const left = this.#all();
      signalAll(
        left.map(({ pid }) => pid),
        'SIGKILL',
      );
      return left.length === 0;
    });
  }

  /** Take its power: it ends, and nobody hears of it. */
  async crash(): Promise<void> {
    await setForwarding(this.#bed, this.#number, false);
    await this.kill();
  }

  #own(): string {
    return join(this.#folder, this.name);
  }

  #all(): Process[] {
    return processesIn(`/run/netns/${namespaceOf(this.#bed, this.#number)}`);
  }

  #first(): Process | undefined {
    return this.#all().find(({ pidThere }) => pidThere === FIRST);
  }

  #enter(): string[] {
    return [`--target=${this.pid}`, '--all', '--wd=/'];
  }
}

/** Tell whether somebody listens there. */
function answers(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const end = (is: boolean): void => {
      socket.destroy();
      resolve(is);
    };
    // A first packet that is lost is sent again only after a second.
    socket.setTimeout(150, () => end(false));
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
  });
}

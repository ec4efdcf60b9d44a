import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { writeAccess } from './access.ts';
import { Host, MARK } from './host.ts';
import {
  claimNetwork,
  removeNetwork,
  reunite,
  separate,
  setForwarding,
  setRate,
} from './network.ts';
import { until } from './patience.ts';
import { processesWith, signalAll } from './processes.ts';

/** What a new bed is to be like. */
export interface BedOptions {
  /** How many: `node1`, `node2`, … */
  readonly hosts: number;
  /** Slots of each in the hostfile; 2 if left out. */
  readonly slots?: number;
  /** Which of them see neither this package, nor homes, nor temporary files: all, none, or these. */
  readonly private?: boolean | readonly string[];
  /** Whether each has a second interface, which has the same address everywhere and reaches nobody. */
  readonly decoy?: boolean;
  /** Where the folder of the bed is made; by default where all temporary files are. */
  readonly parent?: string;
}

/** What is written down of a bed, for those who find it later. */
interface Facts {
  readonly number: number;
  readonly private: readonly boolean[];
}

const FOLDER_PREFIX = 'cluster-bed-';
const FACTS = 'bed.json';

/**
 * Hosts on this machine, with a network of their own.
 *
 * A bed outlives the process that has opened it, until `close`. Several may be open at a time.
 */
export class Bed {
  readonly number: number;
  /** Everything that it writes is in here, or in the private files of a host. */
  readonly folder: string;
  readonly hosts: readonly Host[];

  private constructor(folder: string, facts: Facts) {
    this.number = facts.number;
    this.folder = folder;
    this.hosts = facts.private.map((own, index) => new Host(facts.number, index + 1, folder, own));
  }

  /** Make hosts, and return once one can log in to each. */
  static async open(options: BedOptions): Promise<Bed> {
    const { hosts, slots = 2, decoy = false, parent = tmpdir() } = options;
    const names = Array.from({ length: hosts }, (_, index) => `node${index + 1}`);
    const number = await claimNetwork();
    const folder = join(parent, `${FOLDER_PREFIX}${number}`);
    const given = options.private ?? false;
    const isPrivate = (name: string): boolean =>
      typeof given === 'boolean' ? given : given.includes(name);
    const facts: Facts = { number, private: names.map(isPrivate) };
    const bed = new Bed(folder, facts);
    try {
      // It may lie there since before a reboot, when the number was another bed's.
      rmSync(folder, { recursive: true, force: true });
      mkdirSync(join(folder, 'slurm'), { recursive: true });
      writeFileSync(join(folder, FACTS), JSON.stringify(facts));
      await writeAccess(number, folder, names, slots);
      await Promise.all(bed.hosts.map((host) => host.create(decoy)));
      return bed;
    } catch (error) {
      await bed.close();
      throw error;
    }
  }

  /** The beds that are open, below a folder. */
  static find(parent: string = tmpdir()): Bed[] {
    return readdirSync(parent)
      .filter((name) => name.startsWith(FOLDER_PREFIX))
      .map((name) => Bed.at(join(parent, name)));
  }

  /** A bed that somebody has opened. */
  static at(folder: string): Bed {
    const file = join(folder, FACTS);
    const number = Number(basename(folder).slice(FOLDER_PREFIX.length));
    const facts: Facts = existsSync(file)
      ? JSON.parse(readFileSync(file, 'utf8'))
      : { number, private: [] };
    return new Bed(folder, facts);
  }

  /** For ssh's option -F, on this machine and on the hosts. */
  get sshConfig(): string {
    return join(this.folder, 'ssh', 'ssh_config');
  }

  get hostfile(): string {
    return join(this.folder, 'ssh', 'hostfile');
  }

  /** @throws if there is none of that name */
  host(name: string): Host {
    const found = this.hosts.find((host) => host.name === name);
    if (found !== undefined) return found;
    throw new Error(`no host ${name}: there are ${this.hosts.map((host) => host.name).join(', ')}`);
  }

  /** Have nothing get to a host or from it; it does not notice but by that. */
  async cut(name: string): Promise<void> {
    await setForwarding(this.number, this.host(name).number, false);
  }

  /** Have two hosts lose each other, and nobody else. */
  async split(one: string, other: string): Promise<void> {
    await separate(this.number, this.host(one).number, this.host(other).number);
  }

  /** Limit what a host can send and receive. */
  async rate(name: string, megabits: number): Promise<void> {
    await setRate(this.number, this.host(name).number, megabits);
  }

  /** Have all processes of a host stop: it takes connections, and says nothing. */
  pause(name: string): void {
    this.host(name).signal('SIGSTOP');
  }

  /** Undo whatever was done to a host, and start it if it has ended. */
  async restore(name: string): Promise<void> {
    const host = this.host(name);
    const others = this.hosts.filter((other) => other !== host).map((other) => other.number);
    await Promise.all([
      setForwarding(this.number, host.number, true),
      setRate(this.number, host.number),
      reunite(this.number, host.number, others),
    ]);
    if (host.isUp()) host.signal('SIGCONT');
    else await host.boot();
  }

  /** End everything of it, and remove what is left. May be called again, and by several. */
  async close(): Promise<void> {
    await until(`the end of bed ${this.number}`, () => {
      const left = processesWith(`${MARK}=${this.folder}`);
      signalAll(left, 'SIGKILL');
      return left.length === 0;
    });
    await Promise.all(this.hosts.map((host) => host.kill()));
    await removeNetwork(this.number);
    rmSync(this.folder, { recursive: true, force: true });
  }
}

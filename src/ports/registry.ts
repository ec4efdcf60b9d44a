import { linkSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lives, type Owner } from './owner.ts';
import { ownerOf } from './port-name.ts';
import { randomId } from './random-id.ts';

/** What is known of a service by its name. */
export interface Entry extends Owner {
  readonly port: string;
  /** Of this entry alone. */
  readonly id: string;
}

/** Who has published a name: only those who live count. */
export interface Found {
  readonly entry: Entry;
  readonly lives: boolean;
}

/** Whoever takes an entry of the dead away is done within a moment; if its claim is older than this, it has died over it. */
const CLAIM_MS = 10_000;

const OURS = /^(?:new|take)-/;

/**
 * The names of services, one file each in the folder that all processes of a user share.
 *
 * A file appears whole, and never in place of another one. Those of the dead are taken away by whoever comes upon them: a
 * claim, of which there can be one for each entry, makes sure that it is still that entry which goes.
 */
export class Registry {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Look for a name. @param name  encoded */
  find(name: string): Found | undefined {
    const entry = read(this.#fileOf(name));
    return entry === undefined ? undefined : { entry, lives: lives(entry) };
  }

  /**
   * Publish a port under a name.
   *
   * @returns whose it is, if that is somebody else's
   */
  publish(name: string, port: string, owner: Owner): Entry | undefined {
    const file = this.#fileOf(name);
    const entry: Entry = { port, ...owner, id: randomId() };
    const whole = join(this.#folder, `new-${entry.id}`);
    writeFileSync(whole, JSON.stringify(entry), { mode: 0o600, flag: 'wx' });
    try {
      for (;;) {
        if (linked(whole, file)) return undefined;
        const found = read(file);
        if (found !== undefined && !this.#remove(name, found)) return found;
      }
    } finally {
      rmSync(whole, { force: true });
    }
  }

  /** Take back what this process has published. */
  unpublish(name: string, owner: Owner): void {
    const entry = read(this.#fileOf(name));
    if (entry?.pid === owner.pid && entry.started === owner.started) rmSync(this.#fileOf(name));
  }

  /** Take away what the dead have left. */
  sweep(): void {
    for (const file of readdirSync(this.#folder)) {
      const name = /^name-(.*)$/.exec(file)?.[1];
      const entry = name === undefined ? undefined : read(this.#fileOf(name));
      if (name !== undefined && entry !== undefined) this.#remove(name, entry);
      const owner = ownerOf(file);
      const isLeft =
        owner === undefined ? OURS.test(file) && isOld(join(this.#folder, file)) : !lives(owner);
      if (isLeft) rmSync(join(this.#folder, file), { force: true });
    }
  }

  /** Take away an entry if its owner is dead. @returns false if it lives */
  #remove(name: string, entry: Entry): boolean {
    if (lives(entry)) return false;
    const claim = join(this.#folder, `take-${entry.id}`);
    try {
      writeFileSync(claim, '', { mode: 0o600, flag: 'wx' });
    } catch {
      // Another one is at it.
      if (isOld(claim)) rmSync(claim, { force: true });
      return true;
    }
    if (read(this.#fileOf(name))?.id === entry.id) rmSync(this.#fileOf(name));
    rmSync(claim);
    return true;
  }

  #fileOf(name: string): string {
    return join(this.#folder, `name-${name}`);
  }
}

/** Give a file a second name, unless that is taken. */
function linked(file: string, name: string): boolean {
  try {
    linkSync(file, name);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function read(file: string): Entry | undefined {
  try {
    const { port, pid, started, id } = JSON.parse(readFileSync(file, 'utf8')) as Partial<Entry>;
    const isEntry =
      typeof port === 'string' &&
      typeof pid === 'number' &&
      typeof started === 'string' &&
      /^[0-9a-f]{16}$/.test(id ?? '');
    // What is no entry belongs to nobody who lives.
    return isEntry ? { port, pid, started, id: id as string } : { port: '', ...NOBODY };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    return { port: '', ...NOBODY };
  }
}

const NOBODY = { pid: 2 ** 30, started: '-', id: '0000000000000000' };

function isOld(file: string): boolean {
  try {
    return Date.now() - statSync(file).mtimeMs > CLAIM_MS;
  } catch {
    return false;
  }
}

import { lstatSync, mkdirSync, readFileSync } from 'node:fs';
import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { openUsersFolder } from '../../cache/folder.ts';
import { markUsed, moveFolder, removeUnused, temporaryName } from '../../cache/kept-files.ts';
import { hash } from '../compile/facts.ts';
import { type Entry, readArchive } from './archive.ts';

/** The parcels on this host, for all jobs of this user. */
export interface ParcelCache {
  /** The folder with the contents of a parcel; undefined if it is not there, or not as a whole. */
  find(hash: string): string | undefined;
  /**
   * Unpack a parcel, and return the folder with its contents. It appears at once, and any number of
   * processes may do it at the same time.
   *
   * @throws Error if it was damaged on its way, or cannot be kept
   */
  place(hash: string, packed: Buffer): Promise<string>;
}

/** Lists beside the contents of a parcel what belongs to it, and how large each file is. */
const LIST = 'list.json';
const CONTENTS = 'contents';

/** @param cacheFolder  the user's cache folder, if not the usual one */
export function openParcels(cacheFolder?: string): ParcelCache {
  const users = openUsersFolder(cacheFolder);
  const folder = join(users, 'parcels');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const find = (parcel: string): string | undefined => {
    if (!isWhole(join(folder, parcel))) return undefined;
    markUsed(join(folder, parcel));
    return join(folder, parcel, CONTENTS);
  };
  return {
    find,
    place: async (parcel, packed) => {
      const entries = await unpack(parcel, packed);
      const temporary = temporaryName(join(folder, parcel));
      try {
        removeUnused(folder);
        await writeFolder(temporary, entries);
        moveFolder(temporary, join(folder, parcel), () => isWhole(join(folder, parcel)));
      } catch (error) {
        await rm(temporary, { recursive: true, force: true }).catch(() => {});
        throw new Error(
          `cannot keep what is sent there in ${folder}: ${(error as Error).message}; ` +
            'make room there, or set XDG_CACHE_HOME there to another folder',
          { cause: error },
        );
      }
      return join(folder, parcel, CONTENTS);
    },
  };
}

async function unpack(parcel: string, packed: Buffer): Promise<Entry[]> {
  let reason = 'its contents are not those that were announced';
  try {
    const archive = await promisify(gunzip)(packed);
    if (hash(archive) === parcel) return readArchive(archive);
  } catch (error) {
    reason = (error as Error).message;
  }
  throw new Error(`a parcel was damaged on its way: ${reason}`);
}

async function writeFolder(folder: string, entries: readonly Entry[]): Promise<void> {
  await mkdir(join(folder, CONTENTS), { recursive: true, mode: 0o700 });
  const made = new Set<string>();
  for (const entry of entries) {
    const path = join(folder, CONTENTS, entry.name);
    if (!made.has(dirname(path))) {
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      made.add(dirname(path));
    }
    if ('link' in entry) await symlink(entry.link, path);
    else await writeFile(path, entry.data, { mode: entry.executable ? 0o700 : 0o600 });
  }
  const sizes = entries.map((entry) =>
    'link' in entry ? [entry.name] : [entry.name, entry.data.length],
  );
  await writeFile(join(folder, LIST), JSON.stringify(sizes), { mode: 0o600 });
}

/** Systems tidy up file by file where temporary files lie, so the folder alone proves little. */
function isWhole(folder: string): boolean {
  try {
    const sizes = JSON.parse(readFileSync(join(folder, LIST), 'utf8')) as [string, number?][];
    return sizes.every(([name, size]) => {
      const found = lstatSync(join(folder, CONTENTS, name));
      return size === undefined ? found.isSymbolicLink() : found.size === size;
    });
  } catch {
    return false;
  }
}

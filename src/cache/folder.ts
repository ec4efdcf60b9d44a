import { accessSync, constants, existsSync, lstatSync, mkdirSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, isAbsolute, join, resolve } from 'node:path';

/** There is no folder to keep things in. The message is finished: print it as it is, without a stack. */
export class CacheError extends Error {
  override readonly name = 'CacheError';
}

/** Where this process lives: what decides which folder is its own. */
export interface Surroundings {
  readonly platform: string;
  /** The user's home folder. */
  readonly home: string;
  /** The folder for temporary files, shared with other users. */
  readonly temporary: string;
  /** The value of XDG_CACHE_HOME. */
  readonly xdgCacheHome: string | undefined;
  /** The user's number; undefined where the system has none. */
  readonly uid: number | undefined;
}

/** Name the folder in which what was compiled is kept unless something forbids it. */
export function usualCacheFolder(at: Surroundings): string {
  // The XDG specification has relative values ignored.
  if (at.xdgCacheHome?.startsWith('/')) return join(at.xdgCacheHome, 'tsmpi');
  // An empty HOME is no home, and must not make a folder wherever somebody happens to be.
  if (!isAbsolute(at.home)) return spareFolder(at);
  return at.platform === 'darwin'
    ? join(at.home, 'Library', 'Caches', 'tsmpi')
    : join(at.home, '.cache', 'tsmpi');
}

/**
 * Make the first folder that can be trusted with code we are going to run, and return it.
 *
 * What lies there is executed, so it must be ours and nobody else may write into it. Where the usual
 * place is not like that or cannot be made, a private folder among the temporary files serves.
 *
 * @throws CacheError if that one cannot be trusted either
 */
export function openCacheFolder(wanted: string | undefined, at: Surroundings): string {
  const usual = resolve(wanted ?? usualCacheFolder(at));
  const refusal = whyUnfit(usual, at.uid);
  if (refusal === undefined) return usual;
  const spare = spareFolder(at);
  const spareRefusal = whyUnfit(spare, at.uid);
  if (spareRefusal === undefined) return spare;
  throw new CacheError(
    `no folder to keep compiled programs in: ${usual} ${refusal}, ${spare} ${spareRefusal}; ` +
      'set XDG_CACHE_HOME to a folder of your own',
  );
}

/**
 * Make the folder in which this user's programs are kept on this host.
 *
 * @param wanted  another one than usual
 * @throws CacheError if there is none that can be trusted
 */
export function openUsersFolder(wanted?: string): string {
  return openCacheFolder(wanted, ownSurroundings());
}

/** Say where this process lives. */
export function ownSurroundings(): Surroundings {
  return {
    platform: process.platform,
    home: homedir(),
    temporary: tmpdir(),
    xdgCacheHome: process.env.XDG_CACHE_HOME,
    uid: process.getuid?.(),
  };
}

function spareFolder({ temporary, uid }: Surroundings): string {
  return join(temporary, `tsmpi-${uid ?? 'user'}`);
}

/**
 * Make a folder and those above it.
 *
 * Node's own `recursive` never returns where the system says that nothing is there though the folder
 * above is: in /proc, and in a folder that an automounter fills.
 */
function makeFolder(folder: string): void {
  if (!existsSync(dirname(folder))) makeFolder(dirname(folder));
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

function whyUnfit(folder: string, uid: number | undefined): string | undefined {
  try {
    makeFolder(folder);
    // Not stat: a link planted by somebody else must not be followed.
    const found = lstatSync(folder);
    if (!found.isDirectory()) return 'is not a folder';
    accessSync(folder, constants.W_OK | constants.X_OK);
    if (uid === undefined) return undefined;
    if (found.uid !== uid) return 'belongs to another user';
    if ((found.mode & 0o022) !== 0) return 'is writable by other users';
    return undefined;
  } catch (error) {
    return `cannot be written (${(error as NodeJS.ErrnoException).code})`;
  }
}

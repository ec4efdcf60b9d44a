import { lstatSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { runtimeFolder } from '../base/environment.ts';
import { MpiError } from '../base/error.ts';

/**
 * The path of a socket has room for this many bytes on every system; the name of a file in there may take the rest.
 */
const LONGEST_SOCKET = 103;
const FILE_CHARS = 29;

/**
 * Make the folder in which the processes of this user on this host find each other, and return it.
 *
 * It must be the same for all of them, wherever they were started from: so the place that the system has for this counts even
 * where the environment does not name it, and TMPDIR does not count.
 *
 * @throws MpiError `ERR_PORT` if there is no place that is this user's alone
 */
export function openPortsFolder(): string {
  const uid = process.getuid?.();
  const candidates = [
    runtimeFolder(process.env),
    uid === undefined ? undefined : `/run/user/${uid}`,
  ];
  const refusals: string[] = [];
  for (const parent of candidates) {
    // Who could write there could put another folder in the place of ours.
    if (parent === undefined || !isOurs(parent, 0o022)) continue;
    const folder = join(parent, 'tsmpi');
    const refusal = whyUnfit(folder);
    if (refusal === undefined) return folder;
    refusals.push(`${folder} ${refusal}`);
  }
  const shared = process.platform === 'darwin' ? tmpdir() : '/tmp';
  const folder = join(shared, `tsmpi-ports-${uid ?? 'user'}`);
  const refusal = whyUnfit(folder);
  if (refusal === undefined) return folder;
  refusals.push(`${folder} ${refusal}`);
  throw new MpiError(
    'ERR_PORT',
    `no folder for ports: ${refusals.join(', ')}; set XDG_RUNTIME_DIR to a folder of your own`,
  );
}

/** Whether a folder is there and nobody but this user can look into it, so that what lies there is this user's. */
export function isPrivate(folder: string): boolean {
  return isOurs(folder, 0o077);
}

/** Whether a folder is there, is this user's, and gives others none of these rights. */
function isOurs(folder: string, rights: number): boolean {
  try {
    const found = lstatSync(folder);
    return found.isDirectory() && isOwn(found.uid) && (found.mode & rights) === 0;
  } catch {
    return false;
  }
}

function isOwn(uid: number): boolean {
  return process.getuid === undefined || uid === process.getuid();
}

function whyUnfit(folder: string): string | undefined {
  if (Buffer.byteLength(folder) + FILE_CHARS > LONGEST_SOCKET) {
    return 'is a path too long for a socket';
  }
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EEXIST') return `cannot be made (${code})`;
  }
  // Not what a link leads to: somebody else may have planted it.
  return isPrivate(folder) ? undefined : 'is not a folder of this user alone';
}

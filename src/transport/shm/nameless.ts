import { constants, openSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { randomName } from '../../base/random-name.ts';

/** Open a file that has no name; Node has no name for this flag of Linux. */
const O_TMPFILE = 0o20000000 | constants.O_DIRECTORY;

/** Where files are memory. */
export const MEMORY_FOLDER = '/dev/shm';

/** Open a new file without a name in this folder, for this user alone. @throws Error of the system */
export function openNameless(folder: string): number {
  try {
    return openSync(folder, O_TMPFILE | constants.O_EXCL | constants.O_RDWR, 0o600);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EOPNOTSUPP' && code !== 'ENOTSUP' && code !== 'EISDIR') throw error;
  }
  // Not every file system has such files. Here it has a name for a moment.
  const path = join(folder, `tsmpi-${randomName(20)}`);
  const file = openSync(path, constants.O_CREAT | constants.O_EXCL | constants.O_RDWR, 0o600);
  rmSync(path);
  return file;
}

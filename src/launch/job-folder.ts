import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomName } from '../base/random-name.ts';
import { JOB_FOLDER_PREFIX } from './start/warden.ts';

/** A socket file in the job's folder must fit into 107 bytes. */
const LONGEST_TMPDIR = 70;

/**
 * Make a job's private folder on this host: only this user can look into it, and sockets in it need no keys.
 *
 * @param watch  is told each name before it is made, so that the folder goes with this process even if that is
 *   killed the moment after
 * @throws Error that says what is wrong with the place
 */
export function makeJobFolder(watch: (folder: string) => void): string {
  const parent = tmpdir().length <= LONGEST_TMPDIR ? tmpdir() : '/tmp';
  for (;;) {
    const folder = join(parent, JOB_FOLDER_PREFIX + randomName(6));
    watch(folder);
    try {
      mkdirSync(folder, { mode: 0o700 });
      return folder;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EEXIST') continue;
      throw new Error(
        `cannot make a folder in ${parent} (${code}); set TMPDIR to a folder that can be written`,
      );
    }
  }
}

import { randomBytes } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openUsersFolder, ownSurroundings, usualCacheFolder } from '../../cache/folder.ts';
import type { KeptHere } from '../remote/protocol.ts';

/** Enough to find out that there is no room for more. */
const TRIED_BYTES = 1024 * 1024;

/** See whether something can be kept in the user's cache folder. @throws Error if it cannot, that says why */
export function tryCache(): KeptHere {
  const folder = openUsersFolder();
  const file = join(folder, `doctor.${randomBytes(6).toString('hex')}.tmp`);
  try {
    writeFileSync(file, Buffer.alloc(TRIED_BYTES), { mode: 0o600, flag: 'wx' });
  } catch (error) {
    throw new Error(`nothing can be kept in ${folder}: ${(error as Error).message}`);
  } finally {
    rmSync(file, { force: true });
  }
  const usual = usualCacheFolder(ownSurroundings());
  return { folder, insteadOf: usual === folder ? undefined : usual };
}

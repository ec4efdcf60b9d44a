import { randomBytes } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { openCacheFolder, usualCacheFolder } from '../compile/cache-folder.ts';
import type { KeptHere } from '../remote/protocol.ts';

/** Enough to find out that there is no room for more. */
const TRIED_BYTES = 1024 * 1024;

/** See whether something can be kept in the user's cache folder. @throws Error if it cannot, that says why */
export function tryCache(process: NodeJS.Process): KeptHere {
  const here = {
    platform: process.platform,
    home: homedir(),
    temporary: tmpdir(),
    xdgCacheHome: process.env.XDG_CACHE_HOME,
    uid: process.getuid?.(),
  };
  const folder = openCacheFolder(undefined, here);
  const file = join(folder, `doctor.${randomBytes(6).toString('hex')}.tmp`);
  try {
    writeFileSync(file, Buffer.alloc(TRIED_BYTES), { mode: 0o600, flag: 'wx' });
  } catch (error) {
    throw new Error(`nothing can be kept in ${folder}: ${(error as Error).message}`);
  } finally {
    rmSync(file, { force: true });
  }
  const usual = usualCacheFolder(here);
  return { folder, insteadOf: usual === folder ? undefined : usual };
}

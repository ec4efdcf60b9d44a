/**
 * What is kept in the user's cache folder.
 *
 * Everything appears by one rename, so that whoever reads sees all of it or nothing, and goes when
 * nobody has used it for 30 days.
 */

import { readdirSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { randomName } from '../base/random-name.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const KEPT_MS = 30 * DAY_MS;

/** Name a place to prepare something in, beside where it is to appear. */
export function temporaryName(path: string): string {
  return `${path}.${randomName(12)}.tmp`;
}

/** Write a file at once, in place of any that is there. */
export function placeFile(file: string, data: string | Uint8Array): void {
  const temporary = temporaryName(file);
  writeFileSync(temporary, data, { mode: 0o600, flag: 'wx' });
  renameSync(temporary, file);
}

/**
 * Move a folder that was prepared to where it belongs.
 *
 * @param isComplete  whether what lies there is as good already: then the new one is removed
 */
export function moveFolder(temporary: string, folder: string, isComplete: () => boolean): void {
  while (!isMoved(temporary, folder)) {
    // Something is there already: the same, made by another process, or the remains of it.
    if (isComplete()) {
      rmSync(temporary, { recursive: true, force: true });
      return;
    }
    const remains = temporaryName(folder);
    if (isMoved(folder, remains)) rmSync(remains, { recursive: true, force: true });
  }
}

function isMoved(from: string, to: string): boolean {
  try {
    renameSync(from, to);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // Another process may do the same at the same time.
    if (code === 'ENOTEMPTY' || code === 'EEXIST' || code === 'ENOENT') return false;
    throw error;
  }
}

/** Note that something is in use. Once a day is enough, and spares the disk. */
export function markUsed(path: string): void {
  const now = Date.now();
  if (now - statSync(path).mtimeMs > DAY_MS) utimesSync(path, now / 1000, now / 1000);
}

/** Remove what nobody has used for long from a folder. */
export function removeUnused(folder: string): void {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    try {
      // What was left half written, by a process that was killed, goes sooner.
      const keptMs = name.endsWith('.tmp') ? DAY_MS : KEPT_MS;
      if (Date.now() - statSync(path).mtimeMs > keptMs) {
        rmSync(path, { recursive: true, force: true });
      }
    } catch {
      // Another process tidies at the same time.
    }
  }
}

import { mkdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { CacheError, openUsersFolder } from './folder.ts';
import { markUsed } from './kept-files.ts';
import { loadWithCode } from './load-with-code.ts';

/**
 * Name the file in which V8's code of a script is kept, so that only the first process has to compile it.
 *
 * V8 knows what another version of it wrote, but takes a source of the same length for the same source, and its
 * code has the path of the file in it, by which a rank tells the frames of the library from the user's. When the file
 * was last changed in any way is quicker to learn than what is in it.
 *
 * @param script  its path
 * @param nodeOptions  options of Node that it is run with; some make V8 refuse what others wrote
 * @throws CacheError if there is no folder to keep it in
 */
export function codeFile(script: string, nodeOptions: string): string {
  const { version, arch } = process;
  const { ino, size, mtimeMs, ctimeMs } = statSync(script);
  const words = JSON.stringify([script, arch, nodeOptions, mtimeMs]);
  const name = [version, ino, size, ctimeMs, shortHash(words)].join('-');
  const file = join(openUsersFolder(), 'code', name);
  try {
    markUsed(file);
  } catch {
    // Whoever ends well first writes it.
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  }
  return file;
}

/**
 * Load a script of the library as this process runs it, with the code that is kept, if any can be.
 *
 * @param nodeOptions  what the environment says of how Node is run
 */
export function loadOwn(script: string, nodeOptions: string): unknown {
  const options = [nodeOptions, ...process.execArgv];
  let code: string | undefined;
  try {
    code = codeFile(script, options.join(' '));
  } catch (error) {
    if (!(error instanceof CacheError)) throw error;
  }
  return loadWithCode(script, code, () => true);
}

/** A hash of 53 bits, in a hundredth of the time that it takes to load Node's. */
function shortHash(text: string): string {
  let high = 0xdeadbeef;
  let low = 0x41c6ce57;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    high = Math.imul(high ^ unit, 2654435761);
    low = Math.imul(low ^ unit, 1597334677);
  }
  high = Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909);
  low = Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909);
  return ((high >>> 0) * 2 ** 21 + ((low >>> 0) & (2 ** 21 - 1))).toString(36);
}

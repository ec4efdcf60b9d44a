import { readFileSync } from 'node:fs';
import { openUsersFolder } from '../../cache/folder.ts';
import { placeOfCode } from './cache.ts';
import { hash } from './facts.ts';

/**
 * Name the file in which ranks keep V8's code of the runtime, so that only the first has to compile it.
 *
 * V8 knows what another version of it wrote, but takes a source of the same length for the same source, and its
 * code has the path of the file in it, by which a rank tells the frames of the library from the user's.
 *
 * @param runtime  path of the runtime
 * @param nodeOptions  options of Node that all ranks run with; some make V8 refuse what others wrote
 */
export function codeFile(runtime: string, nodeOptions: string): string {
  const { version, arch } = process;
  const parts = [runtime, hash(readFileSync(runtime)), version, arch, nodeOptions];
  return placeOfCode(openUsersFolder(), hash(JSON.stringify(parts)).slice(0, 32));
}

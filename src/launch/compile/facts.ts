/**
 * What a compilation depended on, as observations that can be made again.
 *
 * A compiled program is still good exactly if every one of them has the same outcome as before. The
 * outcome is a hash of content or a path, never a time: an edit is noticed however soon it comes.
 */

import { type Dirent, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';

/** `content` hashes a file, `names` and `tree` the names of code files in or below a folder, `real` follows links. */
export type Question = 'content' | 'names' | 'tree' | 'real';

/** A question, the path it was asked about, and the answer; '' says that nothing is there. */
export type Fact = readonly [question: Question, path: string, answer: string];

/** File names that an import can find, with the kind of module as TypeScript and Node spell it. */
export const CODE: RegExp = /\.[cm]?[jt]s$|\.[jt]sx$/;

/** Hash bytes or text. */
export function hash(data: string | Uint8Array): string {
  // It takes 5 ms to load, and not every launcher compiles.
  const { createHash } = process.getBuiltinModule('node:crypto');
  return createHash('sha256').update(data).digest('hex');
}

/** Answer a question about a path as things are now. */
export function observe(question: Question, path: string): string {
  try {
    switch (question) {
      case 'content':
        return hash(readFileSync(path));
      case 'real':
        return realpathSync.native(path);
      case 'names':
        return hash(namesIn(path, false).join('\n'));
      case 'tree':
        return hash(namesIn(path, true).join('\n'));
    }
  } catch {
    return '';
  }
}

/** Tell whether a fact still holds. */
export function holds([question, path, answer]: Fact): boolean {
  return observe(question, path) === answer;
}

function namesIn(folder: string, deep: boolean): string[] {
  const isCode = (entry: Dirent): boolean => !entry.isDirectory() && CODE.test(entry.name);
  const found: string[] = [];
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (isCode(entry)) found.push(entry.name);
    else if (deep && entry.isDirectory() && !/^(?:\.|node_modules$)/.test(entry.name)) {
      found.push(...namesIn(join(folder, entry.name), true).map((name) => `${entry.name}/${name}`));
    }
  }
  return found.sort();
}

/**
 * Compiled programs on disk, kept by content.
 *
 * `index/<key>.json` says for one program what its compilation depended on and where the result is;
 * `out/<hash of the result>/` is the result. `code/<key>` is V8's code of the library
 * (`cache/code.ts`). All appear by one rename, so any number of launchers
 * may compile at once: whoever reads sees all of a result or nothing.
 */

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  markUsed,
  moveFolder,
  placeFile,
  removeUnused,
  temporaryName,
} from '../../cache/kept-files.ts';
import { type Fact, hash, holds } from './facts.ts';
import type { Need } from './outside.ts';

/** A compiled program before it is stored. */
export interface Compilation {
  /** The name of the file to import. */
  readonly entry: string;
  /** Text of every file by name, without folders. */
  readonly files: ReadonlyMap<string, string>;
  /** What it loads besides. */
  readonly needs: readonly Need[];
  /** Everything the result depended on. */
  readonly facts: readonly Fact[];
}

interface Index {
  readonly output: string;
  readonly entry: string;
  /** How many files the result has. */
  readonly count: number;
  readonly needs: readonly Need[];
  readonly facts: readonly Fact[];
}

/** A compiled program where it is stored. */
export interface Stored {
  /** The file to import. */
  readonly entry: string;
  readonly needs: readonly Need[];
}

/** Find a stored compilation that is still good, or undefined. */
export function lookUp(folder: string, key: string): Stored | undefined {
  const index = readIndex(indexFile(folder, key));
  if (index === undefined || !index.facts.every(holds)) return undefined;
  const output = join(folder, 'out', index.output);
  try {
    markUsed(output);
    markUsed(indexFile(folder, key));
    // Systems tidy up file by file where temporary files lie, so the entry alone proves little.
    const present = readdirSync(output);
    const isWhole = present.length === index.count && present.includes(index.entry);
    return isWhole ? { entry: join(output, index.entry), needs: index.needs } : undefined;
  } catch {
    return undefined;
  }
}

/** Store a compilation. Results that nobody used for 30 days are removed. */
export function store(folder: string, key: string, compilation: Compilation): Stored {
  const { entry, files, needs, facts } = compilation;
  for (const name of ['index', 'out', 'code']) {
    mkdirSync(join(folder, name), { recursive: true, mode: 0o700 });
    removeUnused(join(folder, name));
  }
  const output = hash(JSON.stringify([...files].sort())).slice(0, 32);
  placeFolder(join(folder, 'out', output), files);
  // An input that changed while it was being compiled must not be recorded as compiled: the result
  // serves this run, and the next one compiles again.
  if (facts.every(holds)) {
    const index: Index = { output, entry, count: files.size, needs, facts };
    placeFile(indexFile(folder, key), JSON.stringify(index));
  }
  return { entry: join(folder, 'out', output, entry), needs };
}

function indexFile(folder: string, key: string): string {
  return join(folder, 'index', `${key}.json`);
}

function readIndex(file: string): Index | undefined {
  try {
    const { output, entry, count, needs, facts } = JSON.parse(
      readFileSync(file, 'utf8'),
    ) as Partial<Index>;
    const isWhole =
      typeof output === 'string' &&
      typeof entry === 'string' &&
      typeof count === 'number' &&
      Array.isArray(needs) &&
      Array.isArray(facts) &&
      facts.length > 0 &&
      facts.every(
        (fact) => Array.isArray(fact) && fact.length === 3 && typeof fact[1] === 'string',
      );
    return isWhole ? { output, entry, count, needs, facts } : undefined;
  } catch {
    return undefined;
  }
}

function placeFolder(folder: string, files: ReadonlyMap<string, string>): void {
  if (isComplete(folder, files)) {
    markUsed(folder);
    return;
  }
  const temporary = temporaryName(folder);
  mkdirSync(temporary, { mode: 0o700 });
  for (const [name, text] of files) writeFileSync(join(temporary, name), text, { mode: 0o600 });
  moveFolder(temporary, folder, () => isComplete(folder, files));
}

function isComplete(folder: string, files: ReadonlyMap<string, string>): boolean {
  try {
    const present = new Set(readdirSync(folder));
    return [...files.keys()].every((name) => present.has(name));
  } catch {
    return false;
  }
}

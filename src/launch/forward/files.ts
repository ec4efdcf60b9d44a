import { createWriteStream, mkdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { SpawnedName } from '../supervise/names.ts';
import { Sink } from './sink.ts';

/**
 * Make a folder and those above it.
 *
 * Node's own recursive form goes round for ever where a file system refuses folders, as /proc does.
 *
 * @throws an error of the file system
 */
export function makeFolders(folder: string): void {
  try {
    mkdirSync(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST' && statSync(folder).isDirectory()) return;
    const parent = dirname(folder);
    if (code !== 'ENOENT' || parent === folder || isFolder(parent)) throw error;
    makeFolders(parent);
    mkdirSync(folder);
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** The files of `--output-dir`: one per rank and stream, replacing what is there. */
export class Files {
  readonly #folder: string;
  readonly #digits: number;
  readonly #note: (text: string) => void;
  readonly #sinks: Sink[] = [];
  #failed = false;

  /**
   * Make the folder.
   *
   * @param note  is told once, when a file cannot be written; after that all files stop
   */
  constructor(folder: string, ranks: number, note: (text: string) => void) {
    this.#folder = folder;
    this.#digits = String(Math.max(0, ranks - 1)).length;
    this.#note = note;
    try {
      makeFolders(folder);
    } catch (error) {
      this.#fail(error as Error);
    }
  }

  /** Open the file of one stream: `rank.3.out`, `child.ts.3.out` for one that was spawned. It is there, and empty, even if the rank never prints. */
  open(rank: number, stream: 'stdout' | 'stderr', spawned?: SpawnedName): Sink {
    const number = String(spawned?.rank ?? rank).padStart(this.#digits, '0');
    const name = `${spawned?.program ?? 'rank'}.${number}.${stream === 'stdout' ? 'out' : 'err'}`;
    const file = createWriteStream(join(this.#folder, name));
    const sink = new Sink(file, (error) => this.#fail(error));
    if (this.#failed) sink.abandon();
    this.#sinks.push(sink);
    return sink;
  }

  /** Resolve once everything is in the files and they are closed. */
  async close(): Promise<void> {
    await Promise.all(this.#sinks.map((sink) => sink.close()));
  }

  #fail(error: Error): void {
    if (this.#failed) return;
    this.#failed = true;
    for (const sink of this.#sinks) sink.abandon();
    this.#note(
      `the output of the ranks is no longer written to ${this.#folder}: ${error.message}; the job goes on`,
    );
  }
}

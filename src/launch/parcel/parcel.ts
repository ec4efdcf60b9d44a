import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { openUsersFolder } from '../../cache/folder.ts';
import { markUsed, placeFile, removeUnused } from '../../cache/kept-files.ts';
import { hash } from '../compile/facts.ts';
import { type Entry, writeArchive } from './archive.ts';

/** What hosts get from the launcher, once: a folder, known by its contents. */
export interface Parcel {
  /** Of the contents: 64 hexadecimal digits. */
  readonly hash: string;
  /** For messages: `runtime`, `program ring.ts`. */
  readonly name: string;
  /** The contents as they are sent. @throws Error if they have changed since */
  pack(): Promise<Buffer>;
}

/** What is to be in a parcel: an entry, or a file that is to become one. */
export type Content = Entry | { readonly name: string; readonly file: string };

/** How a parcel is packed. */
export interface Packing {
  /** From 1, quick, to 9, small. */
  readonly level: number;
  /** Whether it is kept, so that it is packed only once. */
  readonly keep: boolean;
  /** The launcher's cache folder, if not the usual one. */
  readonly cacheFolder?: string | undefined;
}

/**
 * The clock of a file system may stand still for so long. A file that was written later than this
 * before it was looked at may be written again without a trace.
 */
const CLOCK_STEP_MS = 2_000;

/**
 * Make a parcel of these contents.
 *
 * Its hash is remembered with size, time and number of every file, so the next time the files are not
 * read: then it costs one look at each.
 */
export function parcelOf(name: string, contents: readonly Content[], packing: Packing): Parcel {
  const folder = join(openUsersFolder(packing.cacheFolder), 'packed');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const before = Date.now();
  const looks = contents.map(look);
  const known = join(folder, hash(JSON.stringify(looks.map(({ text }) => text))).slice(0, 32));
  let archive: Buffer | undefined;
  let contentHash = readIfThere(known) ?? '';
  if (!/^[0-9a-f]{64}$/.test(contentHash)) {
    removeUnused(folder);
    archive = read(contents);
    contentHash = hash(archive);
    const isSettled = looks.every(({ changedMs }) => changedMs < before - CLOCK_STEP_MS);
    if (isSettled) tryToKeep(known, contentHash);
  }
  const packed = join(folder, `${contentHash}.gz`);
  const pack = async (): Promise<Buffer> => {
    const kept = packing.keep ? await readPacked(packed, contentHash) : undefined;
    if (kept !== undefined) return kept;
    archive ??= read(contents);
    if (hash(archive) !== contentHash) {
      throw new Error(`the files of the ${name} were changed while it was started; start it again`);
    }
    const bytes = await promisify(gzip)(archive, { level: packing.level });
    archive = undefined;
    if (packing.keep) tryToKeep(packed, bytes);
    return bytes;
  };
  let bytes: Promise<Buffer> | undefined;
  return {
    hash: contentHash,
    name,
    pack: () => {
      bytes ??= pack();
      return bytes;
    },
  };
}

/** What a parcel would be made of, without reading files, and when any of it was changed last. */
function look(content: Content): { readonly text: string; readonly changedMs: number } {
  if (!('file' in content)) {
    const { name } = content;
    const text =
      'link' in content ? [name, content.link] : [name, hash(content.data), content.executable];
    return { text: JSON.stringify(text), changedMs: 0 };
  }
  const { size, mode, mtimeMs, ctimeMs, ino, dev } = statSync(content.file);
  return {
    text: JSON.stringify([content.name, content.file, size, mode, mtimeMs, ctimeMs, ino, dev]),
    changedMs: Math.max(mtimeMs, ctimeMs),
  };
}

function read(contents: readonly Content[]): Buffer {
  return writeArchive(
    contents.map((content): Entry => {
      if (!('file' in content)) return content;
      const { name, file } = content;
      return { name, data: readFileSync(file), executable: (statSync(file).mode & 0o100) !== 0 };
    }),
  );
}

/** Read what was packed before, unless it has been damaged since. */
async function readPacked(file: string, contentHash: string): Promise<Buffer | undefined> {
  try {
    const bytes = readFileSync(file);
    if (hash(await promisify(gunzip)(bytes)) !== contentHash) return undefined;
    markUsed(file);
    return bytes;
  } catch {
    return undefined;
  }
}

/** What cannot be kept costs the next start its time, and nothing else. */
function tryToKeep(file: string, data: string | Uint8Array): void {
  try {
    placeFile(file, data);
  } catch {
    // There is no room, perhaps.
  }
}

function readIfThere(file: string): string | undefined {
  try {
    const text = readFileSync(file, 'utf8');
    markUsed(file);
    return text;
  } catch {
    return undefined;
  }
}

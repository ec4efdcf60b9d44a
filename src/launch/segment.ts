import { randomUUID } from 'node:crypto';
import { closeSync, constants, existsSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { LEAST_RING_BYTES, SegmentLayout } from '../transport/shm/layout.ts';
import { canShareMemory } from '../transport/shm/system.ts';

/** The memory that the ranks of one host share, as an open file without a name. */
export interface Segment {
  readonly file: number;
  readonly ringBytes: number;
  /** Size of the whole. */
  readonly bytes: number;
  /** Where it was made. */
  readonly folder: string;
  /** The file of koffi that makes it memory, if it lies where it is known to. */
  readonly addon: string | undefined;
  /** Why not in a better place; empty if this is the best. */
  readonly lack: string;
  close(): void;
}

/** Where things lie. */
export interface SegmentPlaces {
  /** Where to make the memory, the best first; if left out, where it is memory indeed, or among the temporary files. */
  readonly folders?: readonly string[];
  /** A file from which koffi is found as a package; if left out, this one. */
  readonly addonsFrom?: string;
}

/** Few ranks get rings of this size … */
const MOST_RING_BYTES = 256 * 1024;
/** … more ranks smaller ones, so that all together stay within this, if they can … */
const GOOD_TOTAL_BYTES = 32 * 2 ** 20;
/** … and beyond this many ranks do not share memory at all. */
const MOST_TOTAL_BYTES = 256 * 2 ** 20;

const CHUNK_BYTES = 2 ** 20;

/** Open a file that has no name; Node has no name for this flag of Linux. */
const O_TMPFILE = 0o20000000 | constants.O_DIRECTORY;

/** Why ranks cannot share memory here. */
export class NoSegment extends Error {}

/**
 * Make the shared memory of a job.
 *
 * The file has no name, on most file systems from the first moment on, so whatever is killed, nothing is left: the memory
 * goes with the last process that has it open or mapped. It is written to its end, because memory
 * that is only promised ends whoever touches it with SIGBUS when there is none.
 *
 * @throws NoSegment if it cannot be had
 */
export function makeSegment(
  size: number,
  { folders = ['/dev/shm', tmpdir()], addonsFrom = import.meta.url }: SegmentPlaces = {},
): Segment {
  const addon = findAddon(addonsFrom);
  const lacks: string[] = [];
  for (const folder of folders) {
    try {
      return { ...makeIn(folder, size), addon, folder, lack: lacks.join('; ') };
    } catch (error) {
      lacks.push(error instanceof NoSegment ? error.message : refusal(folder, error));
    }
  }
  throw new NoSegment(lacks.join('; '));
}

function refusal(folder: string, error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT' ? `there is no ${folder}` : `no file can be made in ${folder} (${code})`;
}

/**
 * Make sure that koffi is installed for this machine, and find the file that is loaded in the end.
 *
 * koffi itself looks for it in each rank, by all names it might have and in the headers of Node's own file.
 */
function findAddon(from: string): string | undefined {
  const { platform, arch } = process;
  if (!canShareMemory(platform, arch)) {
    throw new NoSegment(`shared memory is not supported on ${platform} ${arch}`);
  }
  try {
    const require = createRequire(from);
    const koffi = createRequire(require.resolve('koffi'));
    const main = koffi.resolve(`@koromix/koffi-${platform}-${arch}`);
    // For systems with the GNU C library; musl has a file of its own, and no loader for this one.
    const file = join(dirname(main), `${platform}_${arch}`, 'koffi.node');
    return existsSync(file) ? file : undefined;
  } catch {
    throw new NoSegment(`the package koffi is not installed for ${platform} ${arch}`);
  }
}

function makeIn(folder: string, size: number): Omit<Segment, 'addon' | 'folder' | 'lack'> {
  const layout = chooseLayout(size, freeBytes(folder));
  if (layout === undefined) {
    throw new NoSegment(`${folder} has too little space for ${size} ranks`);
  }
  const file = openNameless(folder);
  try {
    writeZeros(file, layout.bytes);
  } catch (error) {
    closeSync(file);
    throw new NoSegment(
      `no ${layout.bytes} bytes for ${size} ranks in ${folder} (${(error as NodeJS.ErrnoException).code})`,
    );
  }
  const { ringBytes, bytes } = layout;
  return { file, ringBytes, bytes, close: () => closeSync(file) };
}

function openNameless(folder: string): number {
  try {
    return openSync(folder, O_TMPFILE | constants.O_EXCL | constants.O_RDWR, 0o600);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EOPNOTSUPP' && code !== 'ENOTSUP' && code !== 'EISDIR') throw error;
  }
  // Not every file system has such files. Here it has a name for a moment.
  const path = join(folder, `tsmpi-${randomUUID()}`);
  const file = openSync(path, constants.O_CREAT | constants.O_EXCL | constants.O_RDWR, 0o600);
  rmSync(path);
  return file;
}

/**
 * Choose the size of the rings: as large as is good, and never more than half of what is free.
 *
 * @returns undefined if even the smallest do not fit
 */
export function chooseLayout(size: number, freeBytes: number): SegmentLayout | undefined {
  const limit = freeBytes / 2;
  for (let ringBytes = MOST_RING_BYTES; ringBytes >= LEAST_RING_BYTES; ringBytes /= 2) {
    const layout = new SegmentLayout(size, ringBytes);
    const good = ringBytes === LEAST_RING_BYTES ? MOST_TOTAL_BYTES : GOOD_TOTAL_BYTES;
    if (layout.bytes <= Math.min(limit, good)) return layout;
  }
  return undefined;
}

function freeBytes(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}

function writeZeros(file: number, bytes: number): void {
  const zeros = new Uint8Array(Math.min(bytes, CHUNK_BYTES));
  for (let written = 0; written < bytes; ) {
    written += writeSync(file, zeros, 0, Math.min(zeros.length, bytes - written), written);
  }
}

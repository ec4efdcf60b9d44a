import { closeSync, existsSync, ftruncateSync, statfsSync, writeSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { SegmentPart, SegmentStart } from '../control/message.ts';
import { LEAST_RING_BYTES, SegmentLayout } from '../transport/shm/layout.ts';
import { MEMORY_FOLDER, openNameless } from '../transport/shm/nameless.ts';
import { canShareMemory } from '../transport/shm/system.ts';

/** A part of the shared memory, as its members are told of it. */
export interface MadePart extends Pick<SegmentStart, 'part' | 'homes' | 'addon'> {
  /** The file that all parts are in. */
  readonly file: number;
  /** Size of the part. */
  readonly bytes: number;
  /** Where the file was made. */
  readonly folder: string;
  /** Why not in a better place; empty if this is the best. */
  readonly lack: string;
}

/** Where things lie. */
export interface SegmentPlaces {
  /** Where to make the memory, the best first; if left out, where it is memory indeed, or among the temporary files. */
  readonly folders?: readonly string[];
  /** A file from which koffi is found as a package; if left out, this one. */
  readonly addonsFrom?: string;
  /** An empty file without a name that the ranks have already, and its folder: then it is in no other. */
  readonly given?: { readonly file: number; readonly folder: string } | undefined;
}

/** Few ranks get rings of this size … */
const MOST_RING_BYTES = 256 * 1024;
/** … more ranks smaller ones, so that all together stay within this, if they can … */
const GOOD_TOTAL_BYTES = 32 * 2 ** 20;
/** … and beyond this many ranks do not share memory at all. */
const MOST_TOTAL_BYTES = 256 * 2 ** 20;
/** Most processes of different worlds never talk to each other, so the rings between them get less. */
const GOOD_ELDERS_BYTES = 2 * 2 ** 20;
const MOST_ELDERS_BYTES = 64 * 2 ** 20;

const CHUNK_BYTES = 2 ** 20;

/** Parts begin at multiples of this, whatever size pages have. What lies between them is never touched, and takes no memory. */
const PART_BYTES = 64 * 1024;

/** Why ranks cannot share memory here. */
export class NoSegment extends Error {}

interface Place {
  readonly file: number;
  readonly folder: string;
  readonly lack: string;
}

/**
 * The shared memory of a job on one host: a file, to which a part is added for those that begin with the job, and one for each growth.
 *
 * The file has no name, on most file systems from the first moment on, so whatever is killed, nothing is left: the memory
 * goes with the last process that has it open or mapped. Each part is written to its end, because memory
 * that is only promised ends whoever touches it with SIGBUS when there is none.
 */
export class HostMemory {
  readonly #places: SegmentPlaces;
  #place: Place | undefined;
  #addon: { readonly file: string | undefined } | undefined;
  #end = 0;
  /** Where the words of each process are that has any. */
  readonly #homes = new Map<number, Pick<SegmentPart, 'at' | 'members'>>();

  constructor(places: SegmentPlaces = {}) {
    this.#places = places;
  }

  /**
   * Make the part of further processes.
   *
   * @param elders  those that are there already; who has no memory here stays without
   * @throws NoSegment if it cannot be had
   */
  add(members: readonly number[], elders: readonly number[] = []): MadePart {
    const { platform, arch } = process;
    if (!canShareMemory(platform, arch)) {
      throw new NoSegment(`shared memory is not supported on ${platform} ${arch}`);
    }
    const known = elders.filter((elder) => this.#homes.has(elder));
    // One alone has nobody yet to reach by it.
    const addon = members.length + known.length > 1 ? this.#findAddon() : undefined;
    const isFirst = this.#place === undefined;
    const { part, bytes, place } = this.#make(members, known);
    const homes = new Set(known.flatMap((elder) => this.#homes.get(elder) ?? []));
    const home = { at: part.at, members };
    for (const member of members) this.#homes.set(member, home);
    // That it lies in a second place is told once.
    return { part, homes: [...homes], addon, bytes, ...place, lack: isFirst ? place.lack : '' };
  }

  /** Let go of it; who has it mapped keeps it. */
  close(): void {
    if (this.#place !== undefined) closeSync(this.#place.file);
    this.#place = undefined;
  }

  #make(
    members: readonly number[],
    elders: readonly number[],
  ): { part: SegmentPart; bytes: number; place: Place } {
    if (this.#place !== undefined) {
      return { ...this.#addTo(this.#place, members, elders), place: this.#place };
    }
    const { folders = [MEMORY_FOLDER, tmpdir()], given } = this.#places;
    const lacks: string[] = [];
    for (const folder of given === undefined ? folders : [given.folder]) {
      let file: number | undefined;
      try {
        file = given?.file ?? openNameless(folder);
        const place = { file, folder, lack: lacks.join('; ') };
        const made = this.#addTo(place, members, elders);
        this.#place = place;
        return { ...made, place };
      } catch (error) {
        if (file !== undefined && given === undefined) closeSync(file);
        lacks.push(error instanceof NoSegment ? error.message : refusal(folder, error));
      }
    }
    throw new NoSegment(lacks.join('; '));
  }

  #addTo(
    { file, folder }: Place,
    members: readonly number[],
    elders: readonly number[],
  ): { part: SegmentPart; bytes: number } {
    const layout = chooseLayout(members, elders, freeBytes(folder));
    const size = members.length;
    if (layout === undefined)
      throw new NoSegment(`${folder} has too little space for ${size} ranks`);
    const at = Math.ceil(this.#end / PART_BYTES) * PART_BYTES;
    const { bytes, ringBytes, elderRingBytes } = layout;
    try {
      writeZeros(file, at, bytes);
    } catch (error) {
      ftruncateSync(file, this.#end);
      const { code } = error as NodeJS.ErrnoException;
      throw new NoSegment(`no ${bytes} bytes for ${size} ranks in ${folder} (${code})`);
    }
    this.#end = at + bytes;
    return { part: { at, members, ringBytes, elders: layout.elders, elderRingBytes }, bytes };
  }

  #findAddon(): string | undefined {
    this.#addon ??= { file: findAddon(this.#places.addonsFrom ?? import.meta.url) };
    return this.#addon.file;
  }
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

/**
 * Choose the size of the rings: as large as is good, and never more than half of what is free.
 *
 * Where there is no room for those of the elders, the members have some all the same.
 *
 * @returns undefined if even the smallest do not fit
 */
export function chooseLayout(
  members: readonly number[],
  elders: readonly number[],
  freeBytes: number,
): SegmentLayout | undefined {
  const limit = freeBytes / 2;
  const own = largestRings(
    (ringBytes) => new SegmentLayout({ members, ringBytes }),
    (layout) => layout.bytes <= limit,
    GOOD_TOTAL_BYTES,
    MOST_TOTAL_BYTES,
  );
  if (own === undefined || elders.length === 0) return own;
  const { bytes, ringBytes } = own;
  const both = largestRings(
    (elderRingBytes) => new SegmentLayout({ members, ringBytes, elders, elderRingBytes }),
    (layout) => layout.bytes <= limit,
    bytes + GOOD_ELDERS_BYTES,
    bytes + MOST_ELDERS_BYTES,
  );
  return both ?? own;
}

function largestRings(
  layoutOf: (ringBytes: number) => SegmentLayout,
  fits: (layout: SegmentLayout) => boolean,
  good: number,
  most: number,
): SegmentLayout | undefined {
  for (let ringBytes = MOST_RING_BYTES; ringBytes >= LEAST_RING_BYTES; ringBytes /= 2) {
    const layout = layoutOf(ringBytes);
    const limit = ringBytes === LEAST_RING_BYTES ? most : good;
    if (fits(layout) && layout.bytes <= limit) return layout;
  }
  return undefined;
}

function freeBytes(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
}

function writeZeros(file: number, at: number, bytes: number): void {
  const zeros = new Uint8Array(Math.min(bytes, CHUNK_BYTES));
  for (let written = 0; written < bytes; ) {
    const length = Math.min(zeros.length, bytes - written);
    written += writeSync(file, zeros, 0, length, at + written);
  }
}

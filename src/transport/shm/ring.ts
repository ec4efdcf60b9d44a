import { MAX_HEADER_WORDS } from '../transport.ts';
import type { SharedMemory } from './memory.ts';

/**
 * A ring of bytes between one writer and one reader, in memory that both see.
 *
 * It holds records, each aligned to 8 bytes and contiguous. The first word of a record tells its kind
 * and the bytes of its body; as long as it is 0 there is no record yet. So the word that says how
 * long is also the flag that says that it is there, and a short message touches one cache line.
 *
 *     0 kind, body bytes   4 header words   8 body: header, payload                  (WHOLE)
 *     0 kind, body bytes   4 header words   8 payload bytes in all (f64)   16 body   (FIRST)
 *     0 kind, body bytes   4 unused         8 body: more of the payload              (MORE)
 *     0 kind                                                                         (SKIP)
 *
 * A record that does not fit before the end of the ring starts at its beginning, after a SKIP. A long
 * frame is cut: FIRST and as many MORE as it takes, each a quarter of the ring at most.
 *
 * Why nothing is read that is not written yet:
 * - The word at the writer's position is always 0 when the reader gets there. It is so in fresh memory,
 *   and the writer stores 0 where its next record will begin before it publishes a record, or a SKIP.
 *   That place is free: a record is written only where it and 8 bytes more are.
 * - The writer stores the body, then the 0, both plainly, then the first word by `Atomics.store`. The
 *   reader loads that word by `Atomics.load`, then the body. So what was stored before the word is seen
 *   by whoever sees the word. A plain load of the word comes first, and only says whether to go on: it
 *   sees the 0 or something later, for the record before that place was seen, and the 0 is older.
 * - A SKIP and the record behind it are two stores. A reader that comes in between finds 0 at the
 *   beginning, which the writer stored there before the SKIP, and stays there.
 * - Nothing is overwritten that is still to be read: the reader publishes by `Atomics.store` how far it
 *   has read, after it has, and the writer writes no further than it loads there.
 * - No writer waits for room that is there. It stores that it wants room, and then loads how far the
 *   reader has read; the reader stores how far, and then loads whether room is wanted. One of them sees
 *   the other's store. A reader takes the wish back before it wakes the writer, so a wish that it takes
 *   back unseen is followed by a wake, and the writer then looks anew.
 *
 * The language promises the order of atomics for shared buffers alone, and this memory is none, as it
 * has not come from this engine. V8 has one routine for both, with the same instructions: LDAR and STLR on ARM64;
 * on x64 plain moves for loads, and XCHG for stores.
 *
 * That routine is a call, which takes 17 ns, a tenth of the way of a message. On x64 a plain load of a word is the
 * very instruction that the routine ends in, and the processor keeps loads in order, and a load behind an
 * XCHG before it; V8 moves no load of an element across a call or a store, for it cannot rule out that these
 * change the element. So there, and only there (`SharedMemory.plainLoads`), loads are plain.
 *
 * Positions count bytes modulo 2^30, of which the low bits are the place in the ring.
 */

/** A frame in one record. */
export const WHOLE = 1;
/** The beginning of a frame in several. */
export const FIRST = 2;
/** What follows of it. */
export const MORE = 3;
/** The ring goes on at its beginning. */
export const SKIP = 4;

export const KIND_SHIFT = 28;
export const BYTES_MASK: number = 2 ** KIND_SHIFT - 1;
export const POSITION_MASK: number = 2 ** 30 - 1;

/** Bytes before the body. */
export const RECORD_BYTES = 8;
export const FIRST_BYTES = 16;

/** Up to so many bytes are copied one by one: to call for a copy, or to make a view, costs more. */
export const SHORT_BYTES = 64;

/** Where a ring lies. */
export interface RingPlace {
  readonly memory: SharedMemory;
  /** Index of its control block in words. */
  readonly control: number;
  /** Offset of its bytes. */
  readonly start: number;
  /** Its size, a power of two. */
  readonly bytes: number;
}

/** Tell whether rings of so many bytes can carry every header. */
export function carriesHeaders(ringBytes: number): boolean {
  return FIRST_BYTES + 4 * MAX_HEADER_WORDS <= ringBytes / 4;
}

/**
 * How two ranks copy one long payload at the same time, in no more than half of the time of one.
 *
 * The receiver reads the sender's memory from its front on, the sender writes into that of the receiver from its
 * end backwards, both by calls of the system. For each ordered pair there are two words in shared memory:
 *
 *     claimed   how much of the payload is taken, in units of 4 KiB, counted by both
 *     helper    ASKED since the receiver asked, until the sender has left: then IDLE or FAILED
 *
 * Each side claims a part by adding to `claimed`, copies it, and claims again. The receiver's parts so follow
 * upon each other from unit 0, the sender's from the last unit down, and they meet where all is claimed. A
 * part is half of what is left, so that both end at about the same time, whenever each began.
 *
 * Why every byte is copied, and by whom it may be written when:
 * - `claimed` grows by compare-and-exchange alone while a copy is under way, so no unit is claimed twice.
 * - The receiver sets both words before it sends the frame that asks, and sets them for the next payload only when
 *   `helper` is no longer ASKED. So whoever was asked finds the words as they were meant for it, however late it
 *   comes; meanwhile the receiver copies what else comes by itself.
 * - The sender stores that it has left after its last write, by `Atomics.store`. The receiver takes the payload
 *   as complete when it copied all of it itself, or loads by `Atomics.load` that the sender has left.
 * - A receiver that gives up, as the job ends or nothing can be read, first claims all that is left. Then the sender
 *   writes no more but the part that it is at, and that before it takes in any later frame.
 * - A sender that was killed leaves ASKED behind. That the peer is lost is the engine's to learn; the receive
 *   fails, its copy is dropped, and nothing waits for the word.
 *
 * One thing is accepted: receives that fail because the job ends may see a live sender at its last part yet.
 */

/** What is claimed is counted in these. */
export const UNIT_BYTES = 4096;
/** The most that is copied in one go, so that the event loop turns in between: it takes some 0.2 ms. */
export const MOST_UNITS = 256;
/** A part is no smaller than this, or than half of the whole: a call costs as much as a few units. */
const LEAST_UNITS = 64;

/** Of the word `helper`: nobody was asked, or the sender has done its part. */
export const IDLE = 0;
/** The sender was asked, and has not left yet. */
export const ASKED = 1;
/** The sender cannot write here; what it claimed last is missing. */
export const FAILED = 2;

/** How many units a payload has; the last may be shorter. */
export function unitsOf(bytes: number): number {
  return Math.ceil(bytes / UNIT_BYTES);
}

/** Claim the next part of so many units in all; 0 if everything is claimed. @param at  index of the word */
export function claim(words: Int32Array, at: number, units: number): number {
  for (;;) {
    const claimed = Atomics.load(words, at);
    const part = partOf(units - claimed, units);
    if (part === 0) return 0;
    if (Atomics.compareExchange(words, at, claimed, claimed + part) === claimed) return part;
  }
}

function partOf(left: number, units: number): number {
  if (left <= 0) return 0;
  const least = Math.max(Math.min(units >> 1, LEAST_UNITS), 1);
  const part = Math.min(Math.max(left >> 1, least), MOST_UNITS);
  // A small rest is not worth a part of its own.
  return left - part < least >> 1 ? left : part;
}

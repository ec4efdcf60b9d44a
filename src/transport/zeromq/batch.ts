/**
 * How frames are packed into ZeroMQ messages.
 *
 * The first part of a message holds the world rank of the sender, the number of the message, then one
 * record per frame: header words, payload bytes, header, payload. So many small frames cost one message. A
 * payload that is not short is not copied in between: it is a part of its own, and its record says so.
 *
 * A long payload is not even copied to be sent, and comes in pieces, each the only other part of a message.
 * The first is with the record of its frame, which also says how long the whole is; those that follow have
 * no record. The receiver tells how many pieces it has taken: only then may their memory change, and only so
 * many may be under way. What it tells takes the place of a record.
 *
 * A message without records shows by its number whether others were lost, and is answered by one that tells of
 * no pieces, which shows the same for the other direction.
 */

/** The world rank of the sender, and the number of the message. */
export const PROLOGUE_BYTES = 8;
/** Header words, and payload bytes. */
export const RECORD_BYTES = 8;

/** In place of the payload bytes: the payload is the next part of its own. */
export const OWN_PART = 0xffffffff;
/** In place of the payload bytes: it comes in pieces. Behind the header stands how many bytes it has. */
export const IN_PIECES = 0xfffffffe;
/** How that is written. */
export const LENGTH_BYTES = 8;
/** In place of the header words: not a frame, but how many pieces were taken. */
export const TAKEN = 0xffffffff;

/** Payloads from this size on travel as a part of their own. */
export const OWN_PART_BYTES: number = 16 * 1024;

/**
 * The size of a piece: what a message costs beside its bytes is little against this, and the next one can be
 * on its way while one is copied.
 */
export const PIECE_BYTES: number = 2 * 2 ** 20;

/** When pieces of so many bytes are under way to one peer, no further one leaves. */
export const MOST_UNDER_WAY_BYTES: number = 16 * 2 ** 20;

/** When pieces of so many bytes were taken, their sender is told at once. */
export const TOLD_BYTES: number = 4 * 2 ** 20;

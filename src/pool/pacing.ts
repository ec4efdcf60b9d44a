/** A worker answers when this many milliseconds have passed, though it has more to do. */
export const ANSWER_MS = 1;

/**
 * For so long those who wait look for what comes before they sleep, if it may come so soon. Whoever hands out needs as long to be
 * woken, and answer. To look for longer takes a processor from those who work.
 */
export const SOON_MS = 0.3;

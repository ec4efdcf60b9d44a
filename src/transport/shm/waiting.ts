/** How a rank waits; each step costs less of the processor, and more until it goes on. */
export interface Waiting {
  /** Look again and again for so many milliseconds. */
  readonly spinMs: number;
  /** After so many milliseconds of that, let other processes run between looks; 0 where there are more ranks than processors. */
  readonly giveWayAfterMs: number;
  /** Meanwhile have the event loop turn whenever it has not for so many milliseconds. */
  readonly turnMs: number;
  /** Then sleep for a moment at a time, and let the event loop turn in between, for so many milliseconds. */
  readonly sleepMs: number;
}

/**
 * A wake across processors costs 30 to 60 µs, so to look for longer than that pays on the whole. To give
 * way costs 0.3 µs when nobody needs the processor, and saves much when somebody does.
 */
const ROOMY: Waiting = { spinMs: 0.5, giveWayAfterMs: 0.02, turnMs: 1, sleepMs: 50 };
/** Where ranks outnumber processors, the one that is waited for may need the processor of the one that looks. */
const CROWDED: Waiting = { spinMs: 5, giveWayAfterMs: 0, turnMs: 1, sleepMs: 50 };

const FOREVER = Number.POSITIVE_INFINITY;
/** The processor is this rank's alone. */
const SPIN: Waiting = { spinMs: FOREVER, giveWayAfterMs: FOREVER, turnMs: 1, sleepMs: 0 };
const CROWDED_SPIN: Waiting = { spinMs: FOREVER, giveWayAfterMs: 0, turnMs: 1, sleepMs: 0 };
/** The processor is needed elsewhere. */
const PARK: Waiting = { spinMs: 0, giveWayAfterMs: FOREVER, turnMs: 1, sleepMs: 0 };

/**
 * What comes over the network comes by way of the event loop, so that must turn often, and is where to sleep. It
 * is brought by a thread of ZeroMQ's, which must not wait for the processor of the one that looks.
 */
const BESIDE_NETWORK: Omit<Waiting, 'spinMs'> = { giveWayAfterMs: 0, turnMs: 0.02, sleepMs: 0 };

/** Where a rank waits. */
export interface Surroundings {
  /** Whether there are more ranks than processors. */
  readonly crowded: boolean;
  /** Whether nothing but shared memory brings frames. */
  readonly alone: boolean;
  /** To look for longer is not worth it; left out: as long as usual. What comes later comes much later, and meanwhile others compute. */
  readonly mostSpinMs?: number | undefined;
}

/** How to wait, by what the user asked for. */
export function waitingFor(
  mode: 'spin' | 'adaptive' | 'park',
  { crowded, alone, mostSpinMs = FOREVER }: Surroundings,
): Waiting {
  const usual = choose(mode, crowded);
  const waiting = mode === 'adaptive' ? atMost(mostSpinMs, usual) : usual;
  return alone ? waiting : { ...waiting, ...BESIDE_NETWORK };
}

/** Who looks for less than usual does not sleep a little at a time either: each time takes a processor from somebody for 50 µs. */
function atMost(spinMs: number, usual: Waiting): Waiting {
  if (spinMs >= usual.spinMs) return usual;
  return spinMs === 0 ? PARK : { ...usual, spinMs, sleepMs: 0 };
}

function choose(mode: 'spin' | 'adaptive' | 'park', crowded: boolean): Waiting {
  if (mode === 'park') return PARK;
  if (mode === 'spin') return crowded ? CROWDED_SPIN : SPIN;
  return crowded ? CROWDED : ROOMY;
}

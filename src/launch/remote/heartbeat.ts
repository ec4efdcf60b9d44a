/** What a heartbeat does. */
export interface HeartbeatOptions {
  /** So long may the other side be silent. */
  readonly patienceMs: number;
  /** Say that this side lives. */
  readonly beat: () => void;
  /** Nothing was heard for too long. Called once. */
  readonly onSilence: () => void;
}

/** The least and the most time between two beats. */
const LEAST_TICK_MS = 50;
const MOST_TICK_MS = 500;
/** So many beats fit into the time that the other side may be silent. */
const TICKS = 10;

/**
 * Tells the other side that this one lives, and finds out when that one does not.
 *
 * Time is counted in own beats, not by the clock: a process that was stopped, or a machine that slept, has
 * missed its own beats as well, and blames nobody for them.
 */
export class Heartbeat {
  readonly #options: HeartbeatOptions;
  readonly #most: number;
  readonly #timer: NodeJS.Timeout;
  #silent = 0;
  #suspended = false;

  constructor(options: HeartbeatOptions) {
    this.#options = options;
    const { patienceMs } = options;
    const tickMs = Math.min(MOST_TICK_MS, Math.max(LEAST_TICK_MS, patienceMs / TICKS));
    this.#most = Math.ceil(patienceMs / tickMs);
    this.#timer = setInterval(() => this.#tick(), tickMs);
  }

  /** Anything came from the other side. */
  heard(): void {
    this.#silent = 0;
  }

  /** The other side said that it will be silent, or is back. */
  suspend(suspended: boolean): void {
    this.#suspended = suspended;
    this.#silent = 0;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #tick(): void {
    this.#options.beat();
    if (this.#suspended) return;
    this.#silent += 1;
    if (this.#silent <= this.#most) return;
    this.stop();
    this.#options.onSilence();
  }
}

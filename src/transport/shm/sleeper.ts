import type { SharedMemory } from './memory.ts';

/**
 * How a rank that sleeps is woken, by one word per rank in shared memory.
 *
 * Memory may be shared in several parts, each mapped on its own. A rank has its word in one of them, and looks at the rings of
 * all; who is to wake it has that one mapped, too, before it writes its first record anywhere. Where a word is mapped makes no
 * difference to anything below: atomics and futexes go by the memory itself, and the order of loads and stores is that of the
 * program. A rank may be sent to in a part that it has not mapped yet. It is then woken and finds nothing, which is allowed; when it
 * has mapped the part, whoever waits for frames has it look anew (`Attention.grow`).
 *
 * The low two bits say how it sleeps, the others count its sleeps. A rank that wants to sleep stores
 * ASLEEP or PARKED, looks at all its rings once more, and sleeps only if there is nothing. A rank that
 * has written something loads the word, and wakes the other if it sleeps. Either the one sees what was
 * written or the other sees that it sleeps, so no wake is lost. For this neither load may come before
 * the store before it. Between atomics that is so. But the look at a ring begins with a plain load, which
 * ARM64 may carry out before an atomic store (STLR) that stands before it. It does not before an atomic
 * load (LDAR), nor that before the store: hence the load in `#next`, of which nobody wants the value.
 *
 * ASLEEP is a futex wait: the waker first takes the word back to AWAKE, so that whoever was about to
 * sleep on it does not. PARKED is a wait in the event loop for a bell. There the word stays as it is,
 * and the waker remembers for which sleep it has rung: a burst of messages rings once, and a waker
 * that dies half-way spoils it for nobody else.
 */

const AWAKE = 0;
const ASLEEP = 1;
const PARKED = 2;
const HOW_MASK = 3;
const ONE_SLEEP = 4;

/** This rank's own word. */
export class Sleeper {
  readonly #memory: SharedMemory;
  readonly #index: number;
  #sleeps = 0;

  constructor(memory: SharedMemory, index: number) {
    this.#memory = memory;
    this.#index = index;
  }

  /** Sleep for at most `ms`, unless `look` finds something. Blocks the thread. */
  sleep(ms: number, look: () => boolean): boolean {
    const value = this.#next(ASLEEP);
    if (!look()) this.#memory.sleep(this.#index, value, ms);
    this.awake();
    return look();
  }

  /** Announce that only the bell wakes this rank from now on. Whoever calls this must look once more. */
  park(): void {
    this.#next(PARKED);
  }

  /** Announce that this rank looks by itself, or wants nothing. */
  awake(): void {
    Atomics.store(this.#memory.words, this.#index, this.#sleeps | AWAKE);
  }

  #next(how: number): number {
    this.#sleeps = (this.#sleeps + ONE_SLEEP) | 0;
    const value = this.#sleeps | how;
    Atomics.store(this.#memory.words, this.#index, value);
    Atomics.load(this.#memory.words, this.#index);
    return value;
  }
}

/** Wakes another rank. */
export class Waker {
  readonly #memory: SharedMemory;
  readonly #index: number;
  readonly #ring: () => void;
  #rungFor = 0;

  /** @param ring  rings the bell of that rank */
  constructor(memory: SharedMemory, index: number, ring: () => void) {
    this.#memory = memory;
    this.#index = index;
    this.#ring = ring;
  }

  /** Wake it if it sleeps. To be called after what it is to see was stored by `Atomics.store`. */
  wake(): void {
    const { words, plainLoads } = this.#memory;
    const value = plainLoads ? (words[this.#index] as number) : Atomics.load(words, this.#index);
    const how = value & HOW_MASK;
    if (how === AWAKE) return;
    if (how === PARKED) {
      if (value === this.#rungFor) return;
      this.#rungFor = value;
      this.#ring();
    } else if (Atomics.compareExchange(words, this.#index, value, value & ~HOW_MASK) === value) {
      this.#memory.wake(this.#index);
    }
  }
}

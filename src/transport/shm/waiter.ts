import { monotonicMs } from './monotonic.ts';
import type { Sleeper } from './sleeper.ts';
import type { Waiting } from './waiting.ts';

/** What a waiter needs of its transport. */
export interface Waited {
  /** Move what can be moved; false if there was nothing. */
  look(): boolean;
  /** Whether there is anything to wait for. */
  needed(): boolean;
  /** Let other processes have the processor for a moment. */
  giveWay(): void;
  /** Wait for the bell, in the event loop. */
  park(): void;
}

/** Looks in one microtask; then other microtasks get their turn. */
const LOOKS_PER_MICROTASK = 32;
/** Looks between two glances at the clock, which costs as much as several looks. */
const LOOKS_PER_GLANCE = 64;
/**
 * Ranks that wait give the processor back within microseconds, or a few hundred where there are many of them. Who
 * keeps it for so long again and again computes, and would get it each time this rank looks; a rank that sleeps
 * instead is put before it when it is woken. Now and then it is no more than a compiler or a garbage collector.
 */
const LONG_ABSENCE_MS = 1;
const ABSENCES_IN_A_ROW = 2;
/**
 * For so many times as long it then sleeps at once, before it looks again: so what is lost by looking is bounded. For
 * longer each time that proves right.
 */
const LEAST_CONTENTION_FACTOR = 4;
const MOST_CONTENTION_FACTOR = 64;
/** The first sleep is short, so that other work of the event loop waits little; each is twice as long as the last. */
const FIRST_SLEEP_MS = 0.05;
const LONGEST_SLEEP_MS = 1;

const SOON = Promise.resolve();

/**
 * Waits for frames in place of the event loop, without holding it up.
 *
 * First it looks in microtasks: a message that comes at once costs no turn of the event loop, and the
 * program's other microtasks run in between. After that it goes on once per turn of the event loop, and
 * sleeps there for a moment. In the end it parks, and costs nothing until the bell rings.
 */
export class Waiter {
  #waiting: Waiting;
  readonly #sleeper: Sleeper;
  readonly #waited: Waited;
  /** A microtask or a callback of the event loop is to go on with this. */
  #planned = false;
  #parked = false;
  /** When something was moved last. */
  #lastMove = 0;
  /** When the event loop turned last, as far as it is known. */
  #lastTurn = 0;
  #looks = 0;
  #sleepMs = FIRST_SLEEP_MS;
  /** Whether something was moved, or the wait began, since the last glance at the clock. */
  #fresh = true;
  #givesWay: boolean;
  /** Until when to take it that somebody computes on this processor. */
  #contendedUntil = 0;
  #contentionFactor = LEAST_CONTENTION_FACTOR;
  /** How many times in a row giving way took long. */
  #longAbsences = 0;

  constructor(waiting: Waiting, sleeper: Sleeper, waited: Waited) {
    this.#waiting = waiting;
    this.#sleeper = sleeper;
    this.#waited = waited;
    this.#givesWay = waiting.giveWayAfterMs === 0;
  }

  /** Whether it waits for the bell. */
  get parked(): boolean {
    return this.#parked;
  }

  /** Wait in this way from now on. */
  change(waiting: Waiting): void {
    this.#waiting = waiting;
    this.#refresh();
  }

  /** Wait from now on, for as long as it is needed. */
  start(): void {
    this.#refresh();
    if (this.#parked) this.unpark();
    else this.#soon();
  }

  /** The bell has rung, or there is nothing to wait for any more. */
  unpark(): void {
    if (!this.#parked) return;
    this.#parked = false;
    this.#refresh();
    this.#sleeper.awake();
    this.#soon();
  }

  /** What a look moved took long: it is time for a glance at the clock. */
  worked(): void {
    this.#looks = LOOKS_PER_GLANCE;
  }

  #refresh(): void {
    this.#fresh = true;
    this.#givesWay = this.#waiting.giveWayAfterMs === 0;
  }

  #soon(): void {
    if (this.#planned) return;
    this.#planned = true;
    void SOON.then(this.#run);
  }

  #inNextTurn(): void {
    if (this.#planned) return;
    this.#planned = true;
    setImmediate(this.#turn);
  }

  readonly #run = (): void => {
    this.#planned = false;
    let moved = false;
    const most = this.#givesWay ? 1 : LOOKS_PER_MICROTASK;
    for (let looks = 0; looks < most && this.#waited.needed(); looks += 1) {
      moved = this.#waited.look();
      this.#looks += 1;
      if (moved) break;
    }
    if (moved) this.#refresh();
    if (!this.#waited.needed()) return;
    if (!moved && this.#givesWay && !this.#giveWay()) {
      this.#inNextTurn();
      return;
    }
    if (this.#looks >= LOOKS_PER_GLANCE) {
      this.#looks = 0;
      const now = monotonicMs();
      if (this.#fresh) {
        this.#fresh = false;
        this.#lastMove = now;
      }
      const idle = now - this.#lastMove;
      if (now - this.#lastTurn > this.#waiting.turnMs || idle > this.#waiting.spinMs) {
        this.#inNextTurn();
        return;
      }
      this.#givesWay = idle >= this.#waiting.giveWayAfterMs;
    }
    this.#soon();
  };

  /** Let others run; false if it is better to sleep, because somebody keeps the processor. */
  #giveWay(): boolean {
    const before = monotonicMs();
    if (before >= this.#contendedUntil) {
      this.#waited.giveWay();
      // Against this the glance at the clock is nothing.
      this.#looks = LOOKS_PER_GLANCE;
      const now = monotonicMs();
      const absence = now - before;
      if (absence < LONG_ABSENCE_MS) {
        this.#longAbsences = 0;
        this.#contentionFactor = LEAST_CONTENTION_FACTOR;
        return true;
      }
      this.#longAbsences += 1;
      if (this.#longAbsences < ABSENCES_IN_A_ROW) return true;
      this.#contendedUntil = now + this.#contentionFactor * absence;
      this.#contentionFactor = Math.min(2 * this.#contentionFactor, MOST_CONTENTION_FACTOR);
    }
    this.#fresh = false;
    this.#lastMove = before - this.#waiting.spinMs;
    return false;
  }

  readonly #turn = (): void => {
    this.#planned = false;
    const now = monotonicMs();
    this.#lastTurn = now;
    if (this.#fresh) {
      this.#fresh = false;
      this.#lastMove = now;
    }
    if (this.#waited.look()) {
      this.#refresh();
      this.#soon();
      return;
    }
    if (!this.#waited.needed()) return;
    const idle = now - this.#lastMove;
    const { spinMs, sleepMs } = this.#waiting;
    if (idle < spinMs) {
      this.#sleepMs = FIRST_SLEEP_MS;
      this.#soon();
    } else if (idle < spinMs + sleepMs) {
      this.#sleepOnce();
    } else {
      this.#park();
    }
  };

  #sleepOnce(): void {
    const moved = this.#sleeper.sleep(this.#sleepMs, () => this.#waited.look());
    this.#sleepMs = Math.min(2 * this.#sleepMs, LONGEST_SLEEP_MS);
    if (moved) {
      this.#refresh();
      this.#sleepMs = FIRST_SLEEP_MS;
      this.#soon();
    } else {
      this.#inNextTurn();
    }
  }

  #park(): void {
    this.#sleepMs = FIRST_SLEEP_MS;
    this.#parked = true;
    this.#waited.park();
    this.#sleeper.park();
    if (this.#waited.look()) this.unpark();
  }
}

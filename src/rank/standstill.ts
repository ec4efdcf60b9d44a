import type { Standing } from '../control/message.ts';
import type { ControlPipe } from '../control/pipe.ts';
import type { Engine } from '../match/engine.ts';
import type { PendingOperation } from '../match/operation.ts';

/** How often it is looked whether anything has happened … */
const LOOK_MS = 400;
/** … and after so many looks without, what waits counts as standing still. */
const STILL_LOOKS = 3;
/** While the program has other things under way, that is tried less and less often. */
const LONGEST_MS = 5000;
/** The event loop runs empty at once, or not at all: what waits for a message is held up no longer than this. */
const REST_MS = 1;

/** Whom a process waits for. */
export type Waiting = Pick<Standing, 'waitsFor' | 'locks' | 'mayHear'>;

/** What is asked of a process that may stand still. */
export interface StandstillParts {
  readonly process: NodeJS.Process;
  readonly pipe: ControlPipe;
  /** Call something later, unless the process ends before. @returns takes that back */
  readonly after: (ms: number, callback: () => void) => () => void;
  readonly engine: () => Engine;
  /** What could let go on what waits beside messages; undefined if something of that ends in any case, or may give up. */
  readonly awaited: () => Omit<Waiting, 'mayHear'> | undefined;
}

/**
 * Finds out when nothing but another process can let this one go on, and tells the launcher, which so finds deadlocks.
 *
 * Whether the program has anything else under way, be it a timer, a socket or work in a thread, is known to the event loop alone.
 * So everything that keeps it alive for messages is let go of for a moment: if nothing else is there, it runs empty, which Node tells.
 */
export class Standstill {
  readonly #parts: StandstillParts;
  #stopTimer: (() => void) | undefined;
  /** What `#activity` was when it was looked at last. */
  #seen = -1;
  /** So many times it was the same. */
  #looks = 0;
  #resting = false;
  #heard = 0;

  constructor(parts: StandstillParts) {
    this.#parts = parts;
  }

  /** The launcher has told something. */
  heard(): void {
    this.#heard += 1;
    this.watch();
  }

  /** Something waits, or may wait: see whether that lasts. Costs nothing if it is seen to already. */
  watch(): void {
    if (this.#stopTimer === undefined) this.#plan(LOOK_MS);
  }

  /** The event loop ran empty. @returns whether that was only to see whether it does */
  idle(): boolean {
    if (!this.#resting) return false;
    this.#wake();
    const waiting = this.#activity === this.#seen ? this.#waiting() : undefined;
    if (waiting === undefined) {
      this.watch();
      return true;
    }
    const engine = this.#parts.engine();
    const framesSent = engine.framesSent();
    const framesReceived = engine.framesReceived();
    const standing = { ...waiting, framesSent, framesReceived, heard: this.#heard };
    this.#parts.pipe.send({ kind: 'stands', standing });
    return true;
  }

  get #activity(): number {
    return this.#parts.engine().activity + this.#heard;
  }

  /** Whom it waits for; undefined if nothing waits, or something that waits may end by itself. */
  #waiting(): Waiting | undefined {
    const others = this.#parts.awaited();
    const engine = this.#parts.engine();
    if (others === undefined || engine.busy) return undefined;
    const operations = engine.operations();
    const mayEnd = operations.some(
      ({ limited, endpoint }) => limited || endpoint.purpose?.limited === true,
    );
    const { locks } = others;
    if (mayEnd || operations.length + others.waitsFor.length + locks.length === 0) return undefined;
    const { waitsFor, mayHear } = waitingIn(operations);
    return { waitsFor: [...new Set([...others.waitsFor, ...waitsFor])], locks, mayHear };
  }

  #plan(ms: number): void {
    this.#stopTimer = this.#parts.after(ms, () => this.#look(ms));
  }

  #look(ms: number): void {
    this.#stopTimer = undefined;
    if (this.#waiting() === undefined) return;
    const activity = this.#activity;
    this.#looks = activity === this.#seen ? this.#looks + 1 : 0;
    this.#seen = activity;
    if (this.#looks < STILL_LOOKS) this.#plan(LOOK_MS);
    else if (mayActUnseen(this.#parts.process)) this.#plan(Math.min(2 * ms, LONGEST_MS));
    else this.#rest(ms);
  }

  #rest(ms: number): void {
    this.#resting = true;
    this.#letGo(true);
    this.#stopTimer = this.#parts.after(REST_MS, () => {
      this.#wake();
      this.#plan(Math.min(2 * ms, LONGEST_MS));
    });
  }

  #wake(): void {
    this.#resting = false;
    this.#stopTimer?.();
    this.#stopTimer = undefined;
    this.#letGo(false);
  }

  #letGo(resting: boolean): void {
    this.#parts.pipe.rest(resting);
    this.#parts.engine().rest(resting);
  }
}

/**
 * Whether the program can be brought to act by what keeps no event loop alive: a signal, or a debugger. Listeners to
 * its end would be called by the attempt to see whether it has anything to do.
 */
function mayActUnseen(process: NodeJS.Process): boolean {
  if (process.listenerCount('beforeExit') > 1) return true;
  if (process.execArgv.some((option) => option.startsWith('--inspect'))) return true;
  return process.eventNames().some((name) => typeof name === 'string' && name.startsWith('SIG'));
}

/** Whom these operations wait for, of which one that ends is enough. */
export function waitingIn(
  operations: readonly PendingOperation<unknown>[],
): Omit<Waiting, 'locks'> {
  const waitsFor = new Set(operations.flatMap((operation) => operation.waitsFor));
  const calls = operations.filter(({ endpoint }) => endpoint.purpose !== undefined);
  const mayHear = new Set(calls.flatMap(({ endpoint }) => endpoint.worldRanks));
  return { waitsFor: [...waitsFor], mayHear: [...mayHear].filter((rank) => !waitsFor.has(rank)) };
}

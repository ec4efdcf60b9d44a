import type { Clock } from '../base/clock.ts';
import { restTransport, type Transport } from '../transport/transport.ts';
import type { PendingOperation } from './operation.ts';
import { PendingCount } from './pending-count.ts';

/**
 * How often the engine looks after what no message should pay for. What waits for longer has a time in
 * reports, exact to this. The process is held this long after the last wait.
 */
const TICK_MS = 20;

/** What the attention of an engine depends on. */
export interface AttentionParts {
  readonly clock: Clock;
  readonly transport: Transport;
  /** Told when frames from other ranks start to be wanted, and when they no longer are. */
  readonly onWanted: (wanted: boolean) => void;
  /** How many other ranks may still send something. */
  readonly others: number;
  /** Everything that waits. */
  readonly operations: () => Iterable<PendingOperation<unknown>>;
  /** Told when all that waits has done so for a while. */
  readonly onStill: () => void;
}

/** Whether frames are wanted, and the process is to live on: since something waits that others may let go on, or did a moment ago. */
export class Attention {
  readonly pending: PendingCount;
  /** How many other ranks may still send something. */
  others: number;
  readonly #parts: AttentionParts;
  #listening = false;
  /** How many operations had begun to wait by the last tick. */
  #startedByTick = 0;
  /** Whether the program looked for messages without waiting since the last tick. */
  #polled = false;
  #stopTick: (() => void) | undefined;

  constructor(parts: AttentionParts) {
    this.#parts = parts;
    this.others = parts.others;
    this.pending = new PendingCount(
      () => this.#onWait(),
      () => this.planTick(),
    );
  }

  /** Whether something waits that another rank may let go on. */
  get waiting(): boolean {
    return this.pending.pending && this.others > 0;
  }

  /** Listen no more for a moment, though frames are wanted, or again. What begins to wait ends the rest as well. */
  rest(resting: boolean): void {
    if (this.#listening) restTransport(this.#parts.transport, resting);
  }

  /** Note that the program looks for messages without waiting. */
  poll(): void {
    this.#polled = true;
    if (this.others > 0 && !this.#listening) this.#setListening(true);
    this.#parts.transport.poll?.();
    this.planTick();
  }

  /** There are more ranks: what waits may now be for one of them, and there may be more ways on which frames come. */
  grow(others: number): void {
    this.others = others;
    this.#setListening(this.#listening || this.waiting);
    this.planTick();
  }

  stop(): void {
    this.#stopTick?.();
    this.#setListening(false);
  }

  planTick(): void {
    if (this.pending.watched) return;
    this.pending.watched = true;
    this.#stopTick = this.#parts.clock.after(TICK_MS, () => this.#tick());
  }

  /** Something begins to wait. */
  #onWait(): void {
    if (this.others > 0) this.#setListening(true);
    this.planTick();
  }

  #setListening(listening: boolean): void {
    if (listening !== this.#listening) {
      this.#listening = listening;
      this.#parts.onWanted(listening);
    }
    this.#parts.transport.listen(listening);
  }

  /**
   * Note for all that waits when it began to, and stop to listen if nothing does: to look at the clock for each
   * message, or to switch on and off with each, costs more than to match it.
   */
  #tick(): void {
    this.pending.watched = false;
    const { started, pending } = this.pending;
    const fresh = started !== this.#startedByTick || this.#polled;
    this.#polled = false;
    this.#startedByTick = started;
    if (fresh && pending) this.#stamp();
    if (!fresh && pending) this.#parts.onStill();
    if (!fresh && this.#listening && !this.waiting) this.#setListening(false);
    // While all that waits is stamped, and goes on to wait, there is nothing to look after.
    if (fresh || (this.#listening && !this.waiting)) this.planTick();
  }

  #stamp(): void {
    const { clock, operations } = this.#parts;
    const since = clock.now() - TICK_MS;
    for (const operation of operations()) {
      operation.since ??= since;
      operation.endpoint.purpose?.hasWaited?.();
    }
  }
}

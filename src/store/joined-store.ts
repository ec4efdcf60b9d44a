import type { Clock } from '../base/clock.ts';
import type { ControlPipe } from '../control/pipe.ts';
import type { StoreCall } from '../keeper/call.ts';
import { Keeper } from '../keeper/keeper.ts';
import { charsOfCall, inPieces } from '../keeper/pieces.ts';
import { StoreLink } from './link.ts';
import { linkInScope } from './scope.ts';
import { Store } from './store.ts';

/** How a process is joined to the store of its job. */
export interface JoinedStoreParts {
  readonly rank: number;
  readonly size: number;
  readonly clock: Clock;
  readonly pipe: ControlPipe;
  /** There is no launcher yet, and may never be. */
  readonly alone: boolean;
  /** Name a process in errors. */
  readonly nameOf: (process: number) => string;
}

/** The store of the job, which its launcher keeps; a process alone keeps one for itself until it has a launcher. */
export class JoinedStore {
  readonly store: Store;
  readonly link: StoreLink;
  readonly #parts: JoinedStoreParts;
  #keeper: Keeper | undefined;

  constructor(parts: JoinedStoreParts) {
    const { rank, size, clock, pipe, alone, nameOf } = parts;
    this.#parts = parts;
    this.#keeper = alone ? new Keeper() : undefined;
    this.link = new StoreLink({
      rank,
      size,
      clock,
      nameOf,
      send: (calls) => this.#carry(calls),
      onWanted: (wanted) => (wanted ? pipe.hold() : pipe.release()),
    });
    this.store = new Store(() => linkInScope() ?? this.link);
  }

  /** There is a launcher now: what this process kept for itself is from now on there for all. */
  adopted(): void {
    const calls = this.#keeper?.handOver() ?? [];
    this.#keeper = undefined;
    for (const piece of inPieces(calls, charsOfCall)) this.#send(piece);
  }

  #carry(calls: readonly StoreCall[]): void {
    const { rank } = this.#parts;
    if (this.#keeper === undefined) this.#send(calls);
    else this.link.take(this.#keeper.take(rank, calls).get(rank) ?? []);
  }

  #send(calls: readonly StoreCall[]): void {
    this.#parts.pipe.send({ kind: 'store', calls });
  }
}

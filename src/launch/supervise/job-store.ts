import type { ToRank, Wait } from '../../control/message.ts';
import type { StoreCall } from '../../keeper/call.ts';
import { type Answers, Keeper } from '../../keeper/keeper.ts';
import { charsOfAnswer, inPieces } from '../../keeper/pieces.ts';

/** Who held which lock at some moment. */
export type Holders = ReadonlyMap<string, number>;

/** The store of a job. */
export class JobStore {
  readonly #keeper = new Keeper();
  readonly #send: (rank: number, message: ToRank) => void;

  constructor(send: (rank: number, message: ToRank) => void) {
    this.#send = send;
  }

  take(rank: number, calls: readonly StoreCall[]): void {
    this.#tell(this.#keeper.take(rank, calls));
  }

  /** Take in that a rank is gone, or does nothing more: its locks go to others. */
  gone(rank: number): void {
    this.#tell(this.#keeper.gone(rank));
  }

  holders(): Holders {
    return this.#keeper.holders();
  }

  #tell(all: Answers): void {
    for (const [rank, answers] of all) {
      for (const piece of inPieces(answers, charsOfAnswer)) {
        this.#send(rank, { kind: 'store', answers: piece });
      }
    }
  }
}

/** Add to what a rank waits for who holds it. */
export function withHolder(wait: Wait, rank: number, holders: Holders): Wait {
  const holder = wait.lock === undefined ? undefined : holders.get(wait.lock);
  if (holder === undefined) return wait;
  const who = holder === rank ? 'by this rank itself' : `by rank ${holder}`;
  return { ...wait, call: `${wait.call}, held ${who}`, waitsFor: [holder] };
}

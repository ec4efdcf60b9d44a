import type { Peer } from './peer.ts';

interface Recall {
  readonly peer: Peer;
  readonly undone: Promise<boolean>;
  readonly answer: (undone: boolean) => void;
}

/** Messages that their receivers were asked to forget, by the number of the send. */
export class Recalls {
  readonly #recalls = new Map<number, Recall>();

  /** What will be known of a message: whether it was undone. Undefined if nobody was asked. */
  of(id: number): Promise<boolean> | undefined {
    return this.#recalls.get(id)?.undone;
  }

  /** Note that the peer is asked. */
  begin(id: number, peer: Peer): Promise<boolean> {
    let answer!: (undone: boolean) => void;
    const undone = new Promise<boolean>((resolve) => {
      answer = resolve;
    });
    this.#recalls.set(id, { peer, undone, answer });
    return undone;
  }

  answer(id: number, undone: boolean): void {
    this.#recalls.get(id)?.answer(undone);
    this.#recalls.delete(id);
  }

  /** Those who are gone answer no more: what they were asked about was matched before. */
  peerGone(): void {
    for (const [id, { peer }] of [...this.#recalls]) if (peer.gone) this.answer(id, false);
  }

  /** One that is not answered yet. */
  next(): Promise<boolean> | undefined {
    const [recall] = this.#recalls.values();
    return recall?.undone;
  }
}

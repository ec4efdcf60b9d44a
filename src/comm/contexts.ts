import { MpiError } from '../base/error.ts';

/** Frames carry a context in 32 bits. */
const CONTEXTS = 2 ** 32;

/**
 * The contexts that one rank gives out.
 *
 * A context is a pair of numbers, an even one for the messages of the user and the odd one after it for collective calls. It
 * belongs to the rank that gives it out, which tells the others. So no two ever collide, however many are made at the same
 * time. None is given out twice: a message of the first use might still be on its way.
 */
export class Contexts {
  readonly #rank: number;
  readonly #size: number;
  #given: number;

  /** @param given  so many were given out before; none but in tests */
  constructor(rank: number, size: number, given: number = 0) {
    this.#rank = rank;
    this.#size = size;
    this.#given = given;
  }

  /** @throws MpiError `ERR_OTHER` when there are no more, after 2^31 on all ranks together */
  next(): number {
    const context = 2 * ((this.#given + 1) * this.#size + this.#rank);
    if (context >= CONTEXTS) {
      const text = `no communicator can be made any more: rank ${this.#rank} has made ${this.#given} of them; make them once and use them again`;
      throw new MpiError('ERR_OTHER', text, { rank: this.#rank });
    }
    this.#given += 1;
    return context;
  }
}

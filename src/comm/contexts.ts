import { MpiError } from '../base/error.ts';
import type { WorldSpan } from '../group/world-span.ts';

/** Frames carry a context in 32 bits; the upper half belongs to processes that were spawned. */
const PAIRS = 2 ** 30;
/** No process has a number of so many bits: the numbers that these would have are for communicators that span jobs. */
const SPANNING_BITS = 25;
/** What all spawned processes have together whose numbers are of the same length in bits: the later, the less for each. */
const PAIRS_PER_LENGTH = 2 ** 25;

/** The first pair for communicators that span jobs, and how many pairs there are. */
const FIRST_SPANNING = PAIRS + SPANNING_BITS * PAIRS_PER_LENGTH;
const SPANNING = 2 ** 31 - FIRST_SPANNING;

/** Every so many contexts, from the first on, are one process's own. */
interface Share {
  readonly first: number;
  readonly stride: number;
  readonly count: number;
}

/**
 * The contexts that one rank gives out.
 *
 * A context is a pair of numbers, an even one for the messages of the user and the odd one after it for collective calls. It
 * belongs to the rank that gives it out, which tells the others. So no two ever collide, however many are made at the same
 * time. None is given out twice: a message of the first use might still be on its way.
 */
export class Contexts {
  readonly #rank: number;
  readonly #share: Share;
  #given: number;
  /** Those of communicators that span jobs, which this process has ever agreed to. */
  readonly #spanning = new Set<number>();

  /**
   * @param rank  number of the process
   * @param span  its world
   * @param given  so many were given out before, that of the world among them; none but in tests
   */
  constructor(rank: number, span: WorldSpan, given: number = 1) {
    this.#rank = rank;
    this.#share = shareOf(rank, span);
    this.#given = given;
  }

  /** @throws MpiError `ERR_OTHER` when there are no more, after 2^30 on all ranks of the first world together */
  next(): number {
    const { first, stride, count } = this.#share;
    if (this.#given >= count) {
      const text = `no communicator can be made any more: rank ${this.#rank} has made ${this.#given} of them; make them once and use them again`;
      throw new MpiError('ERR_OTHER', text, { rank: this.#rank });
    }
    const context = 2 * (first + this.#given * stride);
    this.#given += 1;
    return context;
  }

  /** Agree to a context that was drawn. @returns whether it is new here; if so, it is not from now on */
  reserve(context: number): boolean {
    if (this.#spanning.has(context)) return false;
    this.#spanning.add(context);
    return true;
  }
}

/**
 * Propose a context for a communicator that spans jobs. Nobody gives these out: one is drawn, and taken if it is new to all
 * that are to use it.
 *
 * @param random  from 0 to 1, as `Math.random` has it
 */
export function drawContext(random: number): number {
  return 2 * (FIRST_SPANNING + Math.floor(random * SPANNING));
}

/** The context of a world, which all of its ranks know without a message: the first one of its first rank. */
export function worldContext(span: WorldSpan): number {
  return 2 * shareOf(span.first, span).first;
}

/**
 * The context between the first rank of a world and those that serve its pools: the first one of its second rank, which that
 * rank never gives out.
 */
export function crewContext({ first, count }: WorldSpan): number {
  return 2 * shareOf(first + 1, { first, count }).first;
}

function shareOf(rank: number, { first, count }: WorldSpan): Share {
  if (first === 0) return { first: rank, stride: count, count: Math.floor((PAIRS - rank) / count) };
  // All numbers from 2^n up to the next power of two have n + 1 bits, and share alike.
  const bits = 32 - Math.clz32(rank);
  const stride = 2 ** (bits - 1);
  const start = PAIRS + bits * PAIRS_PER_LENGTH;
  return { first: start + rank - stride, stride, count: PAIRS_PER_LENGTH / stride };
}

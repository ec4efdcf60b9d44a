/**
 * Write a number as the product of so many factors that are as close to each other as can be.
 *
 * Closest are those with the least difference between largest and smallest; among them those whose
 * largest is smallest, then the next, and so on.
 *
 * For each divisor as the smallest factor, from the root downwards, the factors are sought whose
 * largest is least. It may exceed the smallest by no more than in the best that was found so far,
 * and no product does without its largest prime; so the search ends soon.
 *
 * @param product  from 1 to 2^31
 * @returns the factors, none larger than the one before
 */
export function closestFactors(product: number, count: number): number[] {
  if (count === 0) return [];
  const primes = primeFactors(product);
  // Of more factors than there are primes at least one is 1, and those beyond can be nothing else.
  const parts = Math.min(count, primes.length + 1);
  const search = new Search(product, primes);
  const ones = new Array<number>(count - parts).fill(1);
  return [...search.closest(parts), ...ones];
}

/** All prime factors, each as often as it divides, smallest first. */
function primeFactors(product: number): number[] {
  const primes: number[] = [];
  let rest = product;
  for (let prime = 2; prime * prime <= rest; prime += prime === 2 ? 1 : 2) {
    for (; rest % prime === 0; rest /= prime) primes.push(prime);
  }
  if (rest > 1) primes.push(rest);
  return primes;
}

/** All divisors, smallest first: 1536 at the most for numbers up to 2^31. */
function divisorsOf(primes: readonly number[]): number[] {
  let divisors = new Set([1]);
  for (const prime of primes) {
    const more = new Set(divisors);
    for (const divisor of divisors) more.add(divisor * prime);
    divisors = more;
  }
  return [...divisors].sort((a, b) => a - b);
}

class Search {
  readonly #product: number;
  /** Each prime once, largest first. */
  readonly #primes: readonly number[];
  readonly #divisors: readonly number[];

  constructor(product: number, primes: readonly number[]) {
    this.#product = product;
    this.#primes = [...new Set(primes)].reverse();
    this.#divisors = divisorsOf(primes);
  }

  closest(count: number): number[] {
    const least = this.#leastLargest(this.#product, count);
    let best: number[] = [];
    let difference = Number.POSITIVE_INFINITY;
    for (const smallest of this.#divisors.toReversed()) {
      if (smallest ** count > this.#product) continue;
      if (smallest + difference < least) break;
      const found = this.#factors(this.#product, count, smallest, smallest + difference);
      if (found === undefined) continue;
      // No worse than the best, or it had not been found; if equal, its largest is smaller.
      best = found;
      difference = (found[0] as number) - smallest;
    }
    return best;
  }

  /**
   * Find the factors from `smallest` to `largest` of which the first is least, then the second,
   * and so on; none is larger than the one before.
   */
  #factors(rest: number, count: number, smallest: number, largest: number): number[] | undefined {
    if (count === 1) return rest >= smallest && rest <= largest ? [rest] : undefined;
    const least = this.#leastLargest(rest, count);
    const most = Math.min(largest, rest / smallest ** (count - 1));
    for (let at = this.#place(least); at < this.#divisors.length; at += 1) {
      const first = this.#divisors[at] as number;
      if (first > most) return undefined;
      if (rest % first !== 0) continue;
      const others = this.#factors(rest / first, count - 1, smallest, first);
      if (others !== undefined) return [first, ...others];
    }
    return undefined;
  }

  /** What the largest of so many factors cannot be below: the root, and the largest prime. */
  #leastLargest(product: number, count: number): number {
    const prime = this.#primes.find((some) => product % some === 0) ?? 1;
    // A little less, since the root may have been rounded up.
    return Math.max(prime, product ** (1 / count) - 1e-6);
  }

  /** Where the divisors from this bound on begin. */
  #place(bound: number): number {
    let [low, high] = [0, this.#divisors.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#divisors[middle] as number) < bound) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

import { ALGORITHMS, type AlgorithmOf, type ChoiceOperation } from '../base/algorithms.ts';
import { wrong } from '../pt2pt/check.ts';
import type { Calls } from './call/calls.ts';

/** What decides between algorithms: known to all ranks of the call, and the same on each. */
export interface Situation {
  /** Number of ranks. */
  readonly size: number;
  /** Whether all are on one host. */
  readonly sameHost: boolean;
  /** Size of what each rank, or the root, contributes, if all know it. */
  readonly bytes: number;
  /** Elements of it; 1 if it cannot be cut. */
  readonly count: number;
  /** Whether the op commutes. */
  readonly commutative: boolean;
}

type Row<O extends ChoiceOperation> = readonly [
  algorithm: AlgorithmOf<O>,
  when: (situation: Situation) => boolean,
];

const KIB = 1024;

const always = (): boolean => true;

function isPowerOfTwo(size: number): boolean {
  return (size & (size - 1)) === 0;
}

/**
 * Which algorithm serves when: for each operation the first row that fits.
 *
 * The bounds were measured, see docs/performance.md.
 */
const TABLE: { readonly [O in ChoiceOperation]: readonly Row<O>[] } = {
  barrier: [['dissemination', always]],
  broadcast: [
    // Whom a value comes from must not depend on its size, which the root alone knows; what is said in a note may.
    ['linear', ({ sameHost, size }) => sameHost && size <= 16],
    ['binomial', ({ bytes }) => bytes < 128 * KIB],
    ['linear', ({ sameHost }) => sameHost],
    ['chain', ({ bytes, size }) => bytes >= 256 * KIB * size],
    ['scatter-allgather', always],
  ],
  scatter: [
    ['linear', ({ sameHost, size }) => size <= (sameHost ? 64 : 8)],
    ['binomial', always],
  ],
  gather: [
    ['linear', ({ sameHost, size }) => size <= (sameHost ? 64 : 8)],
    ['binomial', always],
  ],
  allgather: [
    ['linear', ({ sameHost, size }) => size <= (sameHost ? 32 : 2)],
    ['recursive-doubling', ({ size }) => isPowerOfTwo(size)],
    ['bruck', always],
  ],
  alltoall: [
    ['linear', ({ sameHost, size }) => size <= (sameHost ? 64 : 8)],
    ['bruck', always],
  ],
  reduce: [
    // On one host those that hand over help to copy, and then are out of the way.
    ['binomial', ({ bytes, sameHost, size }) => bytes < (sameHost ? 512 : 32) * KIB || size < 4],
    ['binomial', ({ sameHost, size }) => sameHost && size < 16],
    ['rabenseifner', always],
  ],
  allreduce: [
    ['recursive-doubling', ({ bytes, sameHost }) => bytes < (sameHost ? 48 : 16) * KIB],
    ['recursive-doubling', ({ bytes, size }) => size === 2 && bytes < 384 * KIB],
    ['rabenseifner', ({ size }) => isPowerOfTwo(size)],
    ['all-pairs', ({ sameHost, size }) => sameHost && size <= 16],
    ['ring', ({ bytes, commutative, size }) => commutative && bytes >= 32 * KIB * size],
    ['rabenseifner', always],
  ],
  reduceScatter: [
    ['pairwise', ({ bytes, size }) => size === 2 || (bytes >= 64 * KIB && !isPowerOfTwo(size))],
    ['recursive-halving', ({ commutative }) => commutative],
    ['bit-reversal', always],
  ],
  scan: [
    ['linear', ({ sameHost, size }) => size <= (sameHost ? 8 : 3)],
    // The fewest bytes, for ranks that share processors and memory.
    ['linear', ({ bytes, sameHost, size }) => sameHost && size <= 32 && bytes >= 32 * KIB],
    ['hillis-steele', always],
  ],
  exscan: [
    ['linear', ({ sameHost, size }) => size <= (sameHost ? 8 : 3)],
    ['linear', ({ bytes, sameHost, size }) => sameHost && size <= 32 && bytes >= 32 * KIB],
    ['hillis-steele', always],
  ],
};

/**
 * The algorithm that the user chose, for this call or else for the job; undefined if the choice is left to the library.
 *
 * @throws MpiError `ERR_ARG` if the operation has none of this name
 */
export function chosen<O extends ChoiceOperation>(
  calls: Calls,
  operation: O,
  algorithm: string | undefined,
): AlgorithmOf<O> | undefined {
  const choices = calls.setup.choices as { readonly [operation in ChoiceOperation]?: string };
  const name = algorithm ?? choices[operation];
  if (name === undefined) return undefined;
  const names: readonly string[] = ALGORITHMS[operation];
  if (!names.includes(name)) {
    const text = `there is no algorithm ${JSON.stringify(name)}; there are ${names.join(', ')}`;
    throw wrong(calls.endpoint, operation, 'ERR_ARG', text);
  }
  return name as AlgorithmOf<O>;
}

/** Choose the algorithm for a call that leaves it to the library. */
export function select<O extends ChoiceOperation>(
  calls: Calls,
  operation: O,
  { bytes = 0, count = 1, commutative = true }: Partial<Situation>,
): AlgorithmOf<O> {
  const { size, setup } = calls;
  const situation = { size, sameHost: setup.sameHost, bytes, count, commutative };
  const rows: readonly Row<O>[] = TABLE[operation];
  let at = 0;
  while (!(rows[at] as Row<O>)[1](situation)) at += 1;
  return (rows[at] as Row<O>)[0];
}

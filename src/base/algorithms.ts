/**
 * The algorithms of each collective operation, by the names that `--coll` and the option `algorithm` take.
 *
 * What is left to the library is chosen by `collective/select.ts`.
 */
export const ALGORITHMS = {
  barrier: ['dissemination', 'linear'],
  broadcast: ['binomial', 'linear', 'scatter-allgather', 'chain'],
  scatter: ['linear', 'binomial'],
  gather: ['linear', 'binomial'],
  allgather: ['linear', 'ring', 'bruck', 'recursive-doubling'],
  alltoall: ['linear', 'pairwise', 'bruck'],
  reduce: ['binomial', 'linear', 'rabenseifner'],
  allreduce: ['recursive-doubling', 'linear', 'rabenseifner', 'ring', 'all-pairs'],
  reduceScatter: ['pairwise', 'recursive-halving', 'bit-reversal'],
  scan: ['hillis-steele', 'linear'],
  exscan: ['hillis-steele', 'linear'],
} as const;

/** An operation with a choice of algorithms. */
export type ChoiceOperation = keyof typeof ALGORITHMS;

/** The name of an algorithm of an operation. */
export type AlgorithmOf<O extends ChoiceOperation> = (typeof ALGORITHMS)[O][number];

/** The algorithms that the user has chosen for a job: `{ allreduce: 'ring' }`. */
export type AlgorithmChoices = { readonly [O in ChoiceOperation]?: AlgorithmOf<O> };

import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { ALGORITHMS } from '../../src/base/algorithms.ts';
import type { CollectiveOptions } from '../../src/collective/check.ts';
import type { Communicator } from '../../src/comm/communicator.ts';
import { sum } from '../../src/op/arithmetic.ts';
import type { Op } from '../../src/op/op.ts';
import { type Traffic, trafficOf } from '../helpers/traffic.ts';

const SIZES = [1, 2, 3, 4, 5, 6, 7, 8, 9, 16, 17, 31, 64];

const OPERATIONS = ['reduce', 'allreduce', 'reduceScatter', 'scan', 'exscan'] as const;

/** The sizes that the formulas of docs/algorithms.md are about. */
interface Sizes {
  readonly p: number;
  /** Bytes of the array of one rank. */
  readonly n: number;
  /** The largest power of two up to p. */
  readonly q: number;
  /** p - q */
  readonly r: number;
  /** log2 q */
  readonly k: number;
  /** Messages of a scan in which each rank hands over to the one 1, 2, 4 … above it. */
  readonly s: number;
}

type Formula = (sizes: Sizes) => Traffic;

const every: (messages: (sizes: Sizes) => number) => Formula = (messages) => (sizes) => ({
  messages: messages(sizes),
  bytes: messages(sizes) * sizes.n,
});

const FORMULAS: { readonly [operation: string]: { readonly [algorithm: string]: Formula } } = {
  reduce: {
    binomial: every(({ p }) => p - 1),
    linear: every(({ p }) => p - 1),
    rabenseifner: ({ n, q, r, k }) => ({
      messages: q * k + q - 1 + r,
      bytes: (q - 1 + k / 2 + r) * n,
    }),
  },
  allreduce: {
    'recursive-doubling': every(({ q, r, k }) => q * k + 2 * r),
    linear: every(({ p }) => p * (p - 1)),
    rabenseifner: ({ n, q, r, k }) => ({
      messages: 2 * q * k + 2 * r,
      bytes: 2 * (q - 1 + r) * n,
    }),
    ring: ({ p, n }) => ({ messages: 2 * p * (p - 1), bytes: 2 * (p - 1) * n }),
    'all-pairs': ({ p, n }) => ({ messages: 2 * p * (p - 1), bytes: 2 * (p - 1) * n }),
  },
  reduceScatter: {
    pairwise: ({ p, n }) => ({ messages: p * (p - 1), bytes: (p - 1) * n }),
    'recursive-halving': ({ p, n, q, r, k }) => ({
      messages: q * k + 2 * r,
      bytes: (q - 1 + r + r / p) * n,
    }),
    'bit-reversal': ({ p, n, q, r, k }) => ({
      messages: q * k + 2 * r,
      bytes: (q - 1 + r + r / p) * n,
    }),
  },
  scan: { 'hillis-steele': every(({ s }) => s), linear: every(({ p }) => p - 1) },
  exscan: { 'hillis-steele': every(({ s }) => s), linear: every(({ p }) => p - 1) },
};

function sizesOf(p: number): Sizes {
  const k = Math.floor(Math.log2(p));
  const q = 2 ** k;
  let s = 0;
  for (let distance = 1; distance < p; distance *= 2) s += p - distance;
  // All algorithms can cut that evenly.
  return { p, n: p * q, q, r: p - q, k, s };
}

/** The operations take other values and options, but all take these. */
function start(
  world: Communicator,
  operation: (typeof OPERATIONS)[number],
  array: Uint8Array,
  options: CollectiveOptions,
): Promise<unknown> {
  const method = world[operation] as typeof world.allreduce;
  return method.call(world, array, sum as Op, options);
}

for (const operation of OPERATIONS) {
  for (const algorithm of ALGORITHMS[operation]) {
    test(`${operation} by ${algorithm} sends what docs/algorithms.md says`, async (t) => {
      for (const p of SIZES) {
        const sizes = sizesOf(p);
        const main = (world: Communicator): Promise<unknown> =>
          start(world, operation, new Uint8Array(sizes.n), { algorithm });
        t.deepEqual(
          await trafficOf(p, main),
          FORMULAS[operation]?.[algorithm]?.(sizes),
          `${p} ranks`,
        );
      }
    });
  }
}

test('docs/algorithms.md has every algorithm of every reduction', (t) => {
  const root = join(dirname(fileURLToPath(import.meta.url)), '../../..');
  const text = readFileSync(join(root, 'docs/algorithms.md'), 'utf8');
  for (const operation of OPERATIONS) {
    const section = text.split(`\n## ${operation}\n`)[1]?.split('\n## ')[0] ?? '';
    const named = [...section.matchAll(/^\| `([\w-]+)`/gm)].map(([, name]) => name);
    t.deepEqual(named, [...ALGORITHMS[operation]], operation);
  }
});

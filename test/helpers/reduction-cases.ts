import { sum } from '../../src/op/arithmetic.ts';
import { createOp } from '../../src/op/create-op.ts';
import { maxloc, minloc } from '../../src/op/located.ts';
import type { Op } from '../../src/op/op.ts';
import { ALL_KINDS, type KindCase } from './array-kinds.ts';

/** What the ranks of a reduction give, and what comes out for some of them in a row. */
export interface ReductionCase {
  readonly title: string;
  readonly op: Op;
  readonly give: (rank: number) => unknown;
  /** Computed one by one, in plain JavaScript. */
  readonly answer: (ranks: readonly number[]) => unknown;
}

/** A number that looks random and is the same for the same place. */
export function noise(rank: number, place: number): number {
  return (Math.imul(rank * 7919 + place * 104729 + 12345, 2654435761) >>> 8) % 1009;
}

function foldOf<T>(give: (rank: number) => T, combine: (left: T, right: T) => T) {
  return (ranks: readonly number[]): T => ranks.map(give).reduce(combine);
}

/** A case of which the answer is that of a function, whatever the op does. */
function caseOf<T>(
  title: string,
  op: Op,
  give: (rank: number) => T,
  combine: (left: T, right: T) => T,
): ReductionCase {
  return { title, op, give, answer: foldOf(give, combine) };
}

/** The elements of each rank are summed exactly, and wrapped around in the end. */
function sumOfKind(kind: KindCase, length: number): ReductionCase {
  const elementOf = (rank: number, place: number): bigint =>
    kind.wrap(
      BigInt(kind.bits === undefined ? noise(rank, place) % 100 : noise(rank, place) * 7919),
    );
  const places = Array.from({ length }, (_, place) => place);
  return {
    title: `sum of ${kind.name}(${length})`,
    op: sum,
    give: (rank) => kind.from(places.map((place) => elementOf(rank, place))),
    answer: (ranks) =>
      kind.from(
        places.map((place) =>
          ranks.map((rank) => elementOf(rank, place)).reduce((a, b) => kind.wrap(a + b)),
        ),
      ),
  };
}

/** Maps x to a x + c modulo 1009: one after the other is associative, and does not commute. */
function afterwards(left: number, right: number): number {
  const [a, c] = [Math.floor(left / 1009), left % 1009];
  const [b, d] = [Math.floor(right / 1009), right % 1009];
  return ((a * b) % 1009) * 1009 + ((c * b + d) % 1009);
}

/** The op behind `afterwards`, element by element. */
export const compose: Op = createOp(afterwards, { elementwise: true, name: 'compose' });

function mapOf(rank: number, place: number): number {
  return (1 + (noise(rank, place) % 1008)) * 1009 + noise(rank, place + 1);
}

const SYMBOLS = 5;

function permutation(rank: number): number[] {
  const symbols = Array.from({ length: SYMBOLS }, (_, symbol) => symbol);
  return symbols.sort((a, b) => noise(rank, a) - noise(rank, b));
}

function permuteAfter(left: readonly number[], right: readonly number[]): number[] {
  return left.map((symbol) => right[symbol] as number);
}

function matrixProduct(left: Float64Array, right: Float64Array): Float64Array {
  const [a = 0, b = 0, c = 0, d = 0] = left;
  const [e = 0, f = 0, g = 0, h = 0] = right;
  return Float64Array.of(a * e + b * g, a * f + b * h, c * e + d * g, c * f + d * h).map(
    (element) => element % 1009,
  );
}

function addLists(left: readonly number[], right: readonly number[]): number[] {
  return left.map((element, at) => element + (right[at] as number));
}

/** Pairs of a value that often is the same, and a location. */
function pairsOf(rank: number, pairs: number): number[] {
  return Array.from({ length: pairs }, (_, at) => [noise(rank, at) % 3, rank * 10 + at]).flat();
}

function choosePairs(better: (a: number, b: number) => boolean) {
  return (left: readonly number[], right: readonly number[]): number[] =>
    left.map((own, at) => {
      const first = at - (at % 2);
      const [mine, theirs] = [left[first] as number, right[first] as number];
      if (mine === theirs) return at === first ? own : Math.min(own, right[at] as number);
      return better(mine, theirs) ? own : (right[at] as number);
    });
}

const lesser = choosePairs((a, b) => a < b);
const greater = choosePairs((a, b) => a > b);

/** Arrays of every length that matters to p ranks, and of every kind. */
export function arrayCases(p: number): ReductionCase[] {
  const lengths = [...new Set([0, 1, p - 1, p, p + 1, 1501])];
  const maps = lengths.map((length) => {
    const give = (rank: number): Float64Array =>
      Float64Array.from({ length }, (_, place) => mapOf(rank, place));
    return caseOf(`composition of ${length} maps`, compose, give, (left, right) =>
      left.map((element, at) => afterwards(element, right[at] as number)),
    );
  });
  const kinds = ALL_KINDS.map((kind, at) =>
    sumOfKind(kind, (lengths[at % lengths.length] as number) + 5),
  );
  const floats = ALL_KINDS.filter(({ name }) => name === 'Float64Array').flatMap((kind) =>
    lengths.map((length) => sumOfKind(kind, length)),
  );
  return [...maps, ...kinds, ...floats];
}

/** Arrays that no algorithm for short ones is chosen for, which can be shared out evenly. */
export function longCases(p: number): ReductionCase[] {
  return [8_000, 70_000].flatMap((about) => {
    const length = Math.ceil(about / p) * p;
    const places = Array.from({ length }, (_, place) => place);
    const give = (modulus: number) => (rank: number) =>
      Float64Array.from(places, (place) => (mapOf(rank, place % 97) + place) % modulus);
    const each =
      (combine: (a: number, b: number) => number) =>
      (left: Float64Array, right: Float64Array): Float64Array =>
        left.map((element, at) => combine(element, right[at] as number));
    return remembered([
      caseOf(
        `sum of ${length}`,
        sum,
        give(1000),
        each((a, b) => a + b),
      ),
      caseOf(`composition of ${length} maps`, compose, give(1009 * 1009), each(afterwards)),
    ]);
  });
}

/** Arrays of pairs, which may not be cut apart. */
export function pairCases(p: number): ReductionCase[] {
  return [1, p, p + 1, 200].flatMap((pairs) => [
    caseOf(
      `minloc of Int32Array(${2 * pairs})`,
      minloc,
      (rank) => Int32Array.from(pairsOf(rank, pairs)),
      (left, right) => Int32Array.from(lesser([...left], [...right])),
    ),
    caseOf(
      `maxloc of Float64Array(${2 * pairs})`,
      maxloc,
      (rank) => Float64Array.from(pairsOf(rank, pairs)),
      (left, right) => Float64Array.from(greater([...left], [...right])),
    ),
  ]);
}

/** Values that go whole. */
export function valueCases(): ReductionCase[] {
  const concatenate = createOp((left: string, right: string) => left + right, {
    name: 'concatenate',
  });
  return [
    caseOf<number>(
      'sum of numbers',
      sum,
      (rank) => rank + 0.5,
      (left, right) => left + right,
    ),
    caseOf<bigint>(
      'sum of bigints',
      sum,
      (rank) => 10n ** 30n + BigInt(rank),
      (a, b) => a + b,
    ),
    caseOf('sum of lists', sum, (rank) => [rank, 1, noise(rank, 0)], addLists),
    caseOf(
      'sum of nested lists',
      sum,
      (rank): [number[], number[][]] => [[rank, 1], [[noise(rank, 1)]]],
      ([a, [b = []]], [c, [d = []]]): [number[], number[][]] => [addLists(a, c), [addLists(b, d)]],
    ),
    caseOf(
      'strings one behind the other',
      concatenate,
      (rank) => `${rank}.`,
      (a, b) => a + b,
    ),
    caseOf('permutations', createOp(permuteAfter), permutation, permuteAfter),
    caseOf(
      'product of matrices',
      createOp(matrixProduct),
      (rank) => Float64Array.from({ length: 4 }, (_, at) => noise(rank, at)),
      matrixProduct,
    ),
    caseOf('minloc of a pair', minloc, (rank) => pairsOf(rank, 1), lesser),
    caseOf('maxloc of a pair', maxloc, (rank) => pairsOf(rank, 1), greater),
  ];
}

export function allCases(p: number): ReductionCase[] {
  return [...arrayCases(p), ...pairCases(p), ...valueCases()];
}

/** Cases for p ranks, of which only some where they are many; with answers that are computed once. */
export function casesFor(p: number, cases: readonly ReductionCase[]): ReductionCase[] {
  return remembered(p < 10 ? cases : cases.filter((_, at) => at % 3 === p % 3));
}

function remembered(cases: readonly ReductionCase[]): ReductionCase[] {
  return cases.map((reduction) => {
    const answers = new Map<string, unknown>();
    const answer = (ranks: readonly number[]): unknown => {
      const key = ranks.join();
      if (!answers.has(key)) answers.set(key, reduction.answer(ranks));
      return answers.get(key);
    };
    return { ...reduction, answer };
  });
}

/** 0, 1, … so many. */
export function ranksBelow(count: number): number[] {
  return Array.from({ length: count }, (_, rank) => rank);
}

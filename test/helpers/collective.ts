import type { ExecutionContext } from 'ava';
import { type ArrayKind, arrayKindOf, type TypedArray } from '../../src/base/array-kind.ts';
import type { Communicator } from '../../src/comm/communicator.ts';
import { runRanks } from '../../src/testing.ts';

/** Numbers of ranks: all small ones, and such as are around a power of two. */
export const SIZES: readonly number[] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 16, 17];

/** A value of some kind, the same for the same arguments. */
export interface Kind {
  readonly name: string;
  /** @param who  numbers that tell values apart */
  make(length: number, ...who: readonly number[]): unknown;
}

/** No value is longer than this. */
const LONGEST = 64 * 1024;

/** Numbers that are small enough for every kind; values are cut from them, since to compute each would take most of the time. */
const NUMBERS = Array.from({ length: LONGEST + 1000 }, (_, n) => (n * n) % 127);

export const ARRAY_KINDS: readonly Kind[] = [
  cutting(
    'Float64Array',
    Float64Array.from(NUMBERS, (n) => n / 4),
  ),
  cutting('Uint8Array', Uint8Array.from(NUMBERS)),
  cutting('Int16Array', Int16Array.from(NUMBERS)),
  cutting('BigInt64Array', BigInt64Array.from(NUMBERS, BigInt)),
  // What a Buffer cuts would share its memory.
  cutting('Buffer', { slice: (start, end) => Buffer.from(NUMBERS.slice(start, end)) }),
];

export const KINDS: readonly Kind[] = [
  cutting('object', {
    slice: (start, end) => ({ numbers: NUMBERS.slice(start, end), more: new Map([[start, end]]) }),
  }),
  { name: 'number', make: (length, ...who) => [length, ...who].reduce((a, b) => 31 * a + b, 0.5) },
  { name: 'string', make: (length, ...who) => `${who.join(' to ')} ${'x'.repeat(length)}` },
  { name: 'nothing', make: () => undefined },
  ...ARRAY_KINDS,
];

function cutting(name: string, source: { slice(start: number, end: number): unknown }): Kind {
  return {
    name,
    make: (length, ...who) => {
      const start = who.reduce((sum, one, place) => sum + one * (7 * place + 3), length) % 1000;
      return source.slice(start, start + length);
    },
  };
}

/** Lengths around the number of ranks, fewer where there are many; and one that is long, with some kinds, as it takes its time. */
export function lengths(size: number, long: number, { name }: Kind): number[] {
  const short = size > 9 ? [0, size] : [0, 1, size - 1, size, size + 1];
  const isTried = name === 'Float64Array' || (name === 'object' && size <= 9);
  return isTried ? [...new Set(short), long] : [...new Set(short)];
}

/** Roots worth a try. */
export function roots(size: number): number[] {
  return [...new Set([0, size - 1, size >> 1])];
}

/** All of a list where there are few ranks; else one, each in its turn, so that all come up but not with everything. */
export function some<T>(all: readonly T[], size: number, turn: number): readonly T[] {
  return size <= 4 ? all : [all[turn % all.length] as T];
}

/**
 * Run ranks of each size, with and without eager sends, each with a seed of its own.
 *
 * @param algorithm  where it is left to the library, ranks are run on one host and on many, as it chooses by that
 */
export async function everySize(
  t: ExecutionContext,
  algorithm: string | undefined,
  main: (world: Communicator) => Promise<unknown>,
): Promise<void> {
  const settings: readonly (readonly [eagerBytes: number | undefined, apart: boolean])[] = [
    [undefined, false],
    [0, algorithm === undefined],
    ...(algorithm === undefined ? ([[undefined, true]] as const) : []),
  ];
  for (const size of SIZES) {
    for (const [n, [eagerBytes, apart]] of settings.entries()) {
      const seed = 100 * size + n;
      const hosts = apart ? Array.from({ length: size }, (_, rank) => rank) : undefined;
      try {
        await runRanks(size, main, { seed, eagerBytes, hosts });
      } catch (error) {
        t.log(
          `${size} ranks, seed ${seed}, eagerBytes ${eagerBytes}, ${apart ? 'apart' : 'one host'}`,
        );
        throw error;
      }
    }
  }
  t.pass();
}

/** Where the blocks of the ranks lie in one array. */
export interface Arranged {
  readonly counts: number[] | undefined;
  readonly displacements: number[] | undefined;
  /** Of the whole array. */
  readonly length: number;
  /** Of each rank: from where to where. */
  readonly parts: readonly (readonly [start: number, end: number])[];
}

/**
 * Arrange blocks: all alike; each of another length, whether the counts are told or not; or besides in an order of their own and
 * with gaps between.
 */
export function arrangement(how: string, size: number, each: number): Arranged {
  const ranks = Array.from({ length: size }, (_, rank) => rank);
  const isRagged = how === 'ragged' || how === 'uncounted' || how === 'displaced';
  const lengthsOfAll = ranks.map((rank) => (isRagged ? Math.max(0, each + 1 - (rank % 3)) : each));
  const order = how === 'displaced' ? [...ranks].reverse() : ranks;
  const gap = how === 'displaced' ? 2 : 0;
  const starts: number[] = [];
  let length = gap;
  for (const rank of order) {
    starts[rank] = length;
    length += (lengthsOfAll[rank] as number) + gap;
  }
  return {
    counts: how === 'ragged' || how === 'displaced' ? lengthsOfAll : undefined,
    displacements: how === 'displaced' ? starts : undefined,
    length,
    parts: ranks.map((rank) => {
      const start = starts[rank] as number;
      return [start, start + (lengthsOfAll[rank] as number)] as const;
    }),
  };
}

/** An array that is to get the blocks of all ranks, what is expected in it then, and the block of this rank. */
export function placed(
  kind: Kind,
  { length, parts }: Arranged,
  rank: number,
  how: string,
): { into: TypedArray; expected: TypedArray; own: TypedArray } {
  const into = kind.make(how === 'ragged' ? length + 1 : length, 99) as TypedArray;
  const expected = into.slice();
  for (const [from, [start, end]] of parts.entries()) {
    expected.set(kind.make(end - start, from) as never, start);
  }
  const [start, end] = parts[rank] as readonly [number, number];
  const own = kind.make(end - start, rank) as TypedArray;
  if (how !== 'in place') return { into, expected, own };
  into.set(own as never, start);
  return { into, expected, own: into.subarray(start, end) };
}

/** Arrays of one kind, one behind the other. */
export function concatenated(arrays: readonly TypedArray[]): TypedArray {
  const length = arrays.reduce((sum, array) => sum + array.length, 0);
  const [first] = arrays as readonly [TypedArray];
  const kind = arrayKindOf(first) as ArrayKind;
  const all = kind.view(new ArrayBuffer(length * kind.bytesPerElement), 0, length) as TypedArray;
  let start = 0;
  for (const array of arrays) {
    all.set(array as never, start);
    start += array.length;
  }
  return all;
}

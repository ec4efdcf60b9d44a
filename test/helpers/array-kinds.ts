import fc from 'fast-check';
import type { TypedArray } from '../../src/base/array-kind.ts';

type NumberConstructor = {
  readonly name: string;
  from(values: Iterable<number>): Exclude<TypedArray, BigInt64Array | BigUint64Array>;
};

/** A kind of typed array with integers of so many bits, or with floats. */
export interface KindCase {
  readonly name: string;
  /** Undefined for floats. */
  readonly bits?: number;
  readonly holds: 'number' | 'bigint';
  /** Make an array of this kind; bigints become numbers, and numbers bigints, as the kind demands. */
  from(values: readonly (number | bigint)[]): TypedArray;
  /** What an element becomes that is this exact integer. */
  wrap(exact: bigint): bigint;
}

function numbers(
  Kind: NumberConstructor,
  bits: number | undefined,
  wrap: (exact: bigint) => bigint,
): KindCase {
  const from = (values: readonly (number | bigint)[]): TypedArray => Kind.from(values.map(Number));
  const kind = { name: Kind.name, holds: 'number' as const, from, wrap };
  return bits === undefined ? kind : { ...kind, bits };
}

function signed(Kind: NumberConstructor, bits: number): KindCase {
  return numbers(Kind, bits, (exact) => BigInt.asIntN(bits, exact));
}

function unsigned(Kind: NumberConstructor, bits: number): KindCase {
  return numbers(Kind, bits, (exact) => BigInt.asUintN(bits, exact));
}

function clamp(exact: bigint): bigint {
  if (exact < 0n) return 0n;
  return exact > 255n ? 255n : exact;
}

export const INTEGER_KINDS: readonly KindCase[] = [
  signed(Int8Array, 8),
  unsigned(Uint8Array, 8),
  unsigned(Buffer, 8),
  numbers(Uint8ClampedArray, 8, clamp),
  signed(Int16Array, 16),
  unsigned(Uint16Array, 16),
  signed(Int32Array, 32),
  unsigned(Uint32Array, 32),
  {
    name: 'BigInt64Array',
    bits: 64,
    holds: 'bigint',
    from: (values) => BigInt64Array.from(values, BigInt),
    wrap: (exact) => BigInt.asIntN(64, exact),
  },
  {
    name: 'BigUint64Array',
    bits: 64,
    holds: 'bigint',
    from: (values) => BigUint64Array.from(values, BigInt),
    wrap: (exact) => BigInt.asUintN(64, exact),
  },
];

const Float16 = (globalThis as { Float16Array?: NumberConstructor }).Float16Array;
const floats = [Float32Array, Float64Array, ...(Float16 === undefined ? [] : [Float16])];

/** Half precision is among them on engines that have it. */
export const FLOAT_KINDS: readonly KindCase[] = floats.map((Kind) =>
  numbers(Kind, undefined, (exact) => exact),
);

export const ALL_KINDS: readonly KindCase[] = [...INTEGER_KINDS, ...FLOAT_KINDS];

/** Any integer that fits into an element of the kind. */
export function anyInteger({ bits = 8, wrap }: KindCase): fc.Arbitrary<bigint> {
  const edge = 2n ** BigInt(bits);
  return fc.bigInt({ min: -edge, max: edge }).map(wrap);
}

/** Any number, with those that are special more often. */
export const anyNumber: fc.Arbitrary<number> = fc.oneof(
  fc.constantFrom(0, -0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1, -1),
  fc.integer({ min: -3, max: 3 }),
  fc.double(),
);

/** The elements, whatever the kind. */
export function elementsOf(array: TypedArray): (number | bigint)[] {
  return Array.from(array as Iterable<number | bigint>);
}

import type { C_TYPES, QUALIFIERS } from './c-types.ts';

/** What one character in a text becomes. */
type Replace<
  S extends string,
  From extends string,
  To extends string,
> = S extends `${infer Before}${From}${infer After}`
  ? `${Before}${To}${Replace<After, From, To>}`
  : S;

/** The words of a text that count. */
type Words<S extends string> = S extends `${infer First} ${infer Rest}`
  ? [...Word<First>, ...Words<Rest>]
  : Word<S>;
type Word<S extends string> = S extends '' | (typeof QUALIFIERS)[number] ? [] : [S];

type Joined<W extends readonly string[]> = W extends readonly [
  infer First extends string,
  ...infer Rest extends readonly string[],
]
  ? Rest extends readonly []
    ? First
    : `${First} ${Joined<Rest>}`
  : '';

type Plain<S extends string> = Replace<Replace<S, '\n', ' '>, '\t', ' '>;

/** The kind that words name, of which the last may be the name of what has it. */
type KindOf<W extends readonly string[]> =
  Joined<W> extends infer Name extends keyof typeof C_TYPES
    ? (typeof C_TYPES)[Name]
    : W extends readonly [...infer Type extends readonly string[], string]
      ? Joined<Type> extends infer Name extends keyof typeof C_TYPES
        ? (typeof C_TYPES)[Name]
        : 'unknown'
      : 'unknown';

interface Values {
  readonly bool: boolean;
  readonly char: number;
  readonly int8: number;
  readonly uint8: number;
  readonly int16: number;
  readonly uint16: number;
  readonly int32: number;
  readonly uint32: number;
  readonly int64: bigint | number;
  readonly uint64: bigint | number;
  readonly float: number;
  readonly double: number;
  readonly void: never;
  readonly unknown: never;
}

interface Results extends Omit<Values, 'int64' | 'uint64' | 'void'> {
  readonly int64: bigint;
  readonly uint64: bigint;
  readonly void: undefined;
}

interface Arrays {
  readonly bool: Uint8Array;
  readonly char: Int8Array | Uint8Array;
  readonly int8: Int8Array;
  readonly uint8: Uint8Array | Uint8ClampedArray;
  readonly int16: Int16Array;
  readonly uint16: Uint16Array;
  readonly int32: Int32Array;
  readonly uint32: Uint32Array;
  readonly int64: BigInt64Array;
  readonly uint64: BigUint64Array;
  readonly float: Float32Array;
  readonly double: Float64Array;
  readonly void: ArrayBufferView | ArrayBuffer | SharedArrayBuffer;
  readonly unknown: never;
}

type IsText<Pointed extends string> = ` ${Pointed} ` extends `${string} const ${string}`
  ? KindOf<Words<Pointed>> extends 'char'
    ? true
    : false
  : false;

/** What is passed as a pointer. */
type Pointer<Pointed extends string> =
  IsText<Pointed> extends true ? string | null : Arrays[KindOf<Words<Pointed>>] | null;

/** What is passed for a parameter such as `const double *a`. */
type Argument<S extends string> = S extends `${infer Pointed}*${infer Name}`
  ? Name extends `${string}${'*' | '['}${string}`
    ? never
    : Pointer<Pointed>
  : S extends `${infer Pointed}[${infer Count}`
    ? Count extends `${string}[${string}`
      ? never
      : Pointer<Pointed>
    : Values[KindOf<Words<S>>];

type Arguments<S extends string> = S extends `${infer First},${infer Rest}`
  ? [Argument<First>, ...Arguments<Rest>]
  : [Argument<S>];

type Result<S extends string> = S extends `${infer Pointed}*${string}`
  ? IsText<Pointed> extends true
    ? string | null
    : never
  : Words<S> extends [...infer Type extends string[], string]
    ? Results[KindOf<Type>]
    : never;

type ArgumentsIn<S extends string> = Joined<Words<S>> extends '' | 'void' ? [] : Arguments<S>;

/** A function of C, as its prototype says what it takes and returns. */
export type NativeFunction<Prototype extends string> = string extends Prototype
  ? Callable<unknown[], unknown>
  : Plain<Prototype> extends `${infer Head}(${infer Parameters})${string}`
    ? Callable<ArgumentsIn<Parameters>, Result<Head>>
    : Callable<never, never>;

/** Whether one of these is `never`, or null where it is no array. */
type HasUnknown<A extends readonly unknown[]> = A extends readonly [infer First, ...infer Rest]
  ? [First] extends [null]
    ? true
    : HasUnknown<Rest>
  : false;

/** Shows in the compiler's message what is wrong. */
interface Misunderstood<Reason extends string> {
  readonly wrong: Reason;
}

/** The prototype itself if it can be understood, and else what is wrong with it. */
export type Understood<Prototype extends string> = string extends Prototype
  ? Prototype
  : Plain<Prototype> extends `${infer Head}(${infer Parameters})${string}`
    ? [Result<Head>] extends [never]
      ? Misunderstood<`a type is not known, or cannot be returned: ${Head}`>
      : HasUnknown<ArgumentsIn<Parameters>> extends true
        ? Misunderstood<`a type is not known, or cannot be passed: ${Parameters}`>
        : Prototype
    : Misunderstood<'a prototype is written as in C: int add(int a, int b)'>;

/** A function of C. */
export interface Callable<A extends unknown[], R> {
  /**
   * Run it on a thread, while this rank goes on: it receives messages and takes part in collective calls.
   *
   * Arrays are passed where they lie: until the promise settles they belong to the function.
   *
   * @returns a promise, which rejects with an MpiError `ERR_ARG` if an argument is of the wrong kind
   */
  (...args: A): Promise<R>;
  /**
   * Run it at once, on this thread, which does nothing else meanwhile: for what takes microseconds.
   *
   * @throws MpiError `ERR_ARG` if an argument is of the wrong kind
   */
  sync(...args: A): R;
}

/** The functions that prototypes declare, by the names that they were given. */
export type NativeFunctions<P extends Readonly<Record<string, string>>> = {
  readonly [Name in keyof P]: NativeFunction<P[Name]>;
};

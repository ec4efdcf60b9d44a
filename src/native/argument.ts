import { arrayKindOf } from '../base/array-kind.ts';
import { MpiError } from '../base/error.ts';
import { show } from '../base/show.ts';
import type { Kind } from './c-types.ts';
import type { Parameter, Signature } from './prototype.ts';

/** Integers by their bits; a `char` is signed on some processors and not on others, so both ranges are taken. */
const RANGES: Partial<Record<Kind, readonly [least: bigint, most: bigint]>> = {
  char: [-128n, 255n],
  int8: [-(2n ** 7n), 2n ** 7n - 1n],
  uint8: [0n, 2n ** 8n - 1n],
  int16: [-(2n ** 15n), 2n ** 15n - 1n],
  uint16: [0n, 2n ** 16n - 1n],
  int32: [-(2n ** 31n), 2n ** 31n - 1n],
  uint32: [0n, 2n ** 32n - 1n],
  int64: [-(2n ** 63n), 2n ** 63n - 1n],
  uint64: [0n, 2n ** 64n - 1n],
};

/** The arrays whose elements lie in memory as C has them. */
const ARRAYS: Record<Kind, readonly string[]> = {
  bool: ['Uint8Array', 'Buffer'],
  char: ['Int8Array', 'Uint8Array', 'Buffer'],
  int8: ['Int8Array'],
  uint8: ['Uint8Array', 'Uint8ClampedArray', 'Buffer'],
  int16: ['Int16Array'],
  uint16: ['Uint16Array'],
  int32: ['Int32Array'],
  uint32: ['Uint32Array'],
  int64: ['BigInt64Array'],
  uint64: ['BigUint64Array'],
  float: ['Float32Array'],
  double: ['Float64Array'],
  void: [],
};

/** Checks one argument, and makes what koffi takes. @throws MpiError `ERR_ARG` */
export type Taker = (value: unknown) => unknown;

/** Make what checks the arguments of a function. */
export function takersOf(signature: Signature): Taker[] {
  return signature.parameters.map((parameter) => {
    const refuse = (wanted: string, got: string): never => {
      const place = `parameter '${parameter.name}' (${parameter.text.trim()})`;
      throw new MpiError('ERR_ARG', `${signature.name}: ${place} takes ${wanted}, not ${got}`);
    };
    if (parameter.form === 'text') return textTaker(refuse);
    if (parameter.form === 'array') return arrayTaker(parameter, refuse);
    return valueTaker(parameter, refuse);
  });
}

/** Check all arguments of a call. @throws MpiError `ERR_ARG` */
export function takeAll(
  { name, text, parameters }: Signature,
  takers: readonly Taker[],
  args: readonly unknown[],
): unknown[] {
  if (args.length !== takers.length) {
    const wanted = `${parameters.length} argument${parameters.length === 1 ? '' : 's'}`;
    throw new MpiError('ERR_ARG', `${name}: '${text}' takes ${wanted}, and got ${args.length}`);
  }
  return takers.map((take, index) => take(args[index]));
}

type Refuse = (wanted: string, got: string) => never;

function valueTaker({ kind }: Parameter, refuse: Refuse): Taker {
  if (kind === 'bool') {
    return (value) => (typeof value === 'boolean' ? value : refuse('true or false', show(value)));
  }
  const range = RANGES[kind];
  if (range === undefined) {
    return (value) => (typeof value === 'number' ? value : refuse('a number', show(value)));
  }
  const [least, most] = range;
  if (most >= 2n ** 32n) return bigTaker(least, most, refuse);
  const [from, to] = [Number(least), Number(most)];
  return (value) =>
    Number.isInteger(value) && (value as number) >= from && (value as number) <= to
      ? value
      : refuse(`an integer from ${from} to ${to}`, show(value));
}

function bigTaker(least: bigint, most: bigint, refuse: Refuse): Taker {
  return (value) => {
    const isExact = typeof value === 'bigint' || Number.isSafeInteger(value);
    if (isExact && BigInt(value as number) >= least && BigInt(value as number) <= most)
      return value;
    return refuse(`a bigint from ${least}n to ${most}n, or a safe integer`, show(value));
  };
}

function textTaker(refuse: Refuse): Taker {
  return (value) => {
    if (value === null) return value;
    if (typeof value !== 'string') return refuse('a string or null', shownArray(value));
    if (value.includes('\0'))
      refuse('a string or null', 'one with a zero in it, where C sees its end');
    return value;
  };
}

function arrayTaker({ kind }: Parameter, refuse: Refuse): Taker {
  const names = ARRAYS[kind];
  const wanted =
    kind === 'void' ? 'any typed array, an ArrayBuffer or null' : `${named(names)} or null`;
  return (value) => {
    if (value === null) return value;
    const found = arrayKindOf(value);
    if (found === undefined || (kind !== 'void' && !names.includes(found.name))) {
      return refuse(wanted, shownArray(value));
    }
    return memoryOf(value as ArrayBufferView | ArrayBufferLike, refuse);
  };
}

/** What stays where it is while C uses it. */
function memoryOf(value: ArrayBufferView | ArrayBufferLike, refuse: Refuse): unknown {
  const view = ArrayBuffer.isView(value) ? value : new Uint8Array(value);
  // A small array lies among the objects of V8, which moves them, until it is asked for its buffer.
  const { buffer } = view;
  if (buffer instanceof ArrayBuffer && (buffer as { resizable?: boolean }).resizable === true) {
    return refuse('memory that stays', 'a resizable ArrayBuffer: copy it into an array of its own');
  }
  return view;
}

function named(names: readonly string[]): string {
  const list = names.filter((name) => name !== 'Buffer');
  return list.map((name) => `${/^[AEIOU](?!int)/.test(name) ? 'an' : 'a'} ${name}`).join(', ');
}

function shownArray(value: unknown): string {
  const name = arrayKindOf(value)?.name;
  if (name === undefined) return show(value);
  return `${/^(?:Int|Array)/.test(name) ? 'an' : 'a'} ${name}`;
}

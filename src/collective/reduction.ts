import { type ArrayKind, arrayKindOf, type TypedArray } from '../base/array-kind.ts';
import { MpiError } from '../base/error.ts';
import { show } from '../base/show.ts';
import type { Op, OpLike } from '../op/op.ts';
import { opOf } from '../op/op-of.ts';
import { isSameKind, isTypedArray } from '../op/typed-array.ts';
import { type Caller, checkInto, wrong } from '../pt2pt/check.ts';
import type { Request } from '../request/request.ts';
import type { Calls } from './calls.ts';
import type { Channel } from './channel.ts';
import type { CollectiveOptions } from './check.ts';
import { copyInto, copyOfValue } from './memory.ts';

/** How a reduction may differ from the plain one. */
export interface ReductionOptions extends CollectiveOptions {
  /** A typed array of the kind and length of the value, to be filled and returned: it may be the value itself. */
  readonly into?: TypedArray | undefined;
}

/**
 * An algorithm of a reduction: the part of one rank.
 *
 * @param value  is not changed
 * @param into  filled with the result; may be the value
 * @returns the result, in `into` or else in memory of its own
 */
export type Reduction = (
  channel: Channel,
  op: Op,
  value: unknown,
  into: TypedArray | undefined,
) => Promise<unknown>;

/**
 * Find the op that was meant, and make sure that it can take the value.
 *
 * @throws MpiError `ERR_OP`
 */
export function checkOp(
  caller: Caller,
  call: string,
  op: unknown,
  ...values: readonly unknown[]
): Op {
  try {
    const found: Op = opOf(op as OpLike<unknown>);
    for (const value of values) found.check(value);
    return found;
  } catch (error) {
    if (!(error instanceof MpiError)) throw error;
    throw wrong(caller, call, error.code, error.message);
  }
}

/**
 * @param result  an array such as the result will be; any other value if it will be none
 * @throws MpiError `ERR_BUFFER`, `ERR_TYPE` or `ERR_COUNT` unless `into` can take the result
 */
export function checkResultInto(
  caller: Caller,
  call: string,
  into: TypedArray | undefined,
  result: unknown,
): void {
  if (into === undefined) return;
  checkInto(caller, call, into);
  if (!isTypedArray(result)) {
    const text = `into is for typed arrays, and the value is ${show(result)}; leave out into, and use what is returned`;
    throw wrong(caller, call, 'ERR_TYPE', text);
  }
  const [room, needed] = [describe(into), describe(result)];
  if (!isSameKind(into, result)) {
    const text = `into is ${room}, but the result will be ${needed}; both must have the same element type`;
    throw wrong(caller, call, 'ERR_TYPE', text);
  }
  if (into.length !== result.length) {
    const text = `into is ${room}, but the result will be ${needed}; both must have the same length`;
    throw wrong(caller, call, 'ERR_COUNT', text);
  }
}

/** @throws MpiError `ERR_BUFFER` if `into` shares memory with the value, but is not the same */
export function checkApart(
  caller: Caller,
  call: string,
  into: TypedArray | undefined,
  value: unknown,
): void {
  if (into === undefined || !isTypedArray(value) || into.buffer !== value.buffer) return;
  if (isSameMemory(into, value)) return;
  const distance = into.byteOffset - value.byteOffset;
  if (distance >= value.byteLength || -distance >= into.byteLength) return;
  const text = 'into overlaps the value; give it memory of its own, or the value itself';
  throw wrong(caller, call, 'ERR_BUFFER', text);
}

function isSameMemory(into: TypedArray | undefined, value: unknown): boolean {
  if (into === undefined || into === value) return into !== undefined;
  if (!isTypedArray(value) || into.buffer !== value.buffer) return false;
  return into.byteOffset === value.byteOffset && into.byteLength === value.byteLength;
}

/** A typed array that an op combines element by element, so that it may be cut; undefined for any other value. */
export function elementsOf(op: Op, value: unknown): TypedArray | undefined {
  return op.elementwise && isTypedArray(value) ? value : undefined;
}

/** What ranks must agree on about a value, as `hashOf` takes it. */
export function agreementOn(
  op: Op,
  value: unknown,
): { readonly op: string; readonly dataKind?: number; readonly count?: number } {
  const isList = isTypedArray(value) || Array.isArray(value);
  const count = op.elementwise && isList ? { count: value.length } : undefined;
  return { op: op.name, dataKind: arrayKindOf(value)?.id ?? 0, ...count };
}

/** What is needed to start a reduction. Everything is checked. */
export interface ReductionCall {
  readonly what: number;
  readonly hash: number;
  readonly op: Op;
  readonly value: unknown;
  /** Where this rank gets its result, if it gets one. */
  readonly into: TypedArray | undefined;
  readonly options: CollectiveOptions;
  readonly reduction: Reduction;
}

/**
 * Start a reduction.
 *
 * One that may give up works on copies, for then the user has the arrays back while the part of this rank goes on. What the op
 * returns for a whole array need not fit into that of the user.
 */
export function startReduction(calls: Calls, call: ReductionCall): Request<unknown> {
  const { what, hash, op, value, into, options, reduction } = call;
  const isLimited = options.timeout !== undefined || options.signal !== undefined;
  if (!isLimited && (into === undefined || op.elementwise)) {
    // Two views of one memory are made one, so that algorithms see that the result replaces the value.
    const given = isSameMemory(into, value) ? into : value;
    return calls.start(what, hash, options, (channel) => reduction(channel, op, given, into));
  }
  const copy = isLimited ? copyOfValue(value) : value;
  let request: Request<unknown> | undefined;
  const steps = async (channel: Channel): Promise<unknown> => {
    const result = await reduction(channel, op, copy, undefined);
    if (into === undefined) return result;
    if (request?.test() !== true) fill(into, op, result);
    return into;
  };
  request = calls.start(what, hash, options, steps);
  return request;
}

/** @throws MpiError `ERR_OP` if what the op returned does not fit */
function fill(into: TypedArray, op: Op, result: unknown): void {
  if (isTypedArray(result) && isSameKind(result, into) && result.length === into.length) {
    copyInto(into, result);
    return;
  }
  const returned = isTypedArray(result) ? describe(result) : show(result);
  const text = `${op.name} returned ${returned}, but into is ${describe(into)}; return such an array, or leave out into`;
  throw new MpiError('ERR_OP', text);
}

/** Show kind and length. */
function describe(array: TypedArray): string {
  return `${(arrayKindOf(array) as ArrayKind).name}(${array.length})`;
}

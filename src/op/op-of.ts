import { MpiError } from '../base/error.ts';
import { max, min, prod, sum } from './arithmetic.ts';
import { band, bor, bxor } from './bitwise.ts';
import { noOp, replace } from './choice.ts';
import { createOp } from './create-op.ts';
import { maxloc, minloc } from './located.ts';
import { land, lor, lxor } from './logical.ts';
import { Op, type OpLike } from './op.ts';
import { describe } from './refusal.ts';

const PREDEFINED: readonly Op[] = [
  ...[sum, prod, min, max],
  ...[land, lor, lxor],
  ...[band, bor, bxor],
  ...[minloc, maxloc],
  ...[replace, noOp],
];

/** Their names, in an order that stays: messages tell an op by its place here. */
export const PREDEFINED_NAMES: readonly string[] = PREDEFINED.map(({ name }) => name);

/**
 * Find the op that the user means: an op is itself, a plain function what `createOp` makes of it.
 *
 * @throws MpiError `ERR_OP` if it is neither; the message does not say who calls
 */
export function opOf<T>(value: Op<T> | OpLike<T>): Op<T> {
  if (value instanceof Op) return value;
  if (typeof value === 'function') return createOp(value);
  const names = PREDEFINED_NAMES.join(', ');
  throw new MpiError(
    'ERR_OP',
    `op must be one of ${names} or a function (a, b) => …, not ${show(value)}`,
  );
}

/** Show a wrong op; a string is shown itself, since it may be the name of one. */
function show(value: unknown): string {
  return typeof value === 'string' ? JSON.stringify(value.slice(0, 40)) : describe(value);
}

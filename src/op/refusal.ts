import { arrayKindOf } from '../base/array-kind.ts';
import { type ErrorCode, MpiError } from '../base/error.ts';

/** The place is cut when it has more steps than this. */
const STEPS_SHOWN = 8;

/**
 * Thrown where values cannot be combined, and given one step of the place by every array that it
 * passes on its way up, so that values that can be combined pay nothing for places.
 */
export class Refusal {
  readonly #code: ErrorCode;
  readonly #complaint: string;
  readonly #remedy: string;
  /** Innermost first. */
  readonly #steps: number[] = [];

  constructor(code: ErrorCode, complaint: string, remedy: string) {
    this.#code = code;
    this.#complaint = complaint;
    this.#remedy = remedy;
  }

  add(step: number): void {
    this.#steps.push(step);
  }

  toError(): MpiError {
    return new MpiError(this.#code, `${this.#complaint}${this.#place()}; ${this.#remedy}`);
  }

  #place(): string {
    if (this.#steps.length === 0) return '';
    const steps = this.#steps.toReversed().map((step) => `[${step}]`);
    const more = steps.length > STEPS_SHOWN ? ' …' : '';
    return ` at ${steps.slice(0, STEPS_SHOWN).join('')}${more}`;
  }
}

/** Add the step to a refusal on its way up; any other error passes as it is. */
export function within(error: unknown, step: number): unknown {
  if (error instanceof Refusal) error.add(step);
  return error;
}

/** Turn a refusal into the error that leaves this folder; any other error passes as it is. */
export function raised(error: unknown): unknown {
  return error instanceof Refusal ? error.toError() : error;
}

/** What is wrong with two sides that do not go together. */
export function kindsDiffer(op: string, left: unknown, right: unknown): Refusal {
  return new Refusal(
    'ERR_TYPE',
    `${op} cannot combine ${describe(left)} with ${describe(right)}`,
    'give the same kind of value on every rank',
  );
}

/** What is wrong with two arrays of different lengths. */
export function countsDiffer(op: string, left: number, right: number): Refusal {
  return new Refusal(
    'ERR_COUNT',
    `${op} cannot combine an array of ${left} with one of ${right}`,
    'give arrays of the same length on every rank',
  );
}

/** Say in a few words what kind of value this is, with its article. */
export function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value !== 'object') return `a ${typeof value}`;
  if (Array.isArray(value)) return 'an array';
  const name = arrayKindOf(value)?.name ?? (value.constructor?.name || 'object');
  if (name === 'Object') return 'an object';
  return `${/^[aeio]/i.test(name) ? 'an' : 'a'} ${name}`;
}

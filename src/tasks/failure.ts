import { MpiError } from '../base/error.ts';
import { encode } from '../codec/payload.ts';
import type { Answers, TaskFailure } from './run.ts';

/** A thrown value's own description is cut to this. */
const MAX_CHARS = 500;

/** An item, and what it ended with. */
export interface FailedItem {
  /** Place of the item among all. */
  readonly index: number;
  /** The item, shown. */
  readonly shown: string;
  /** Name of the function. */
  readonly fn: string;
  readonly error: unknown;
}

/**
 * Make the error of a call of which an item failed: it names the item, and its cause is what was thrown, with the stack of the
 * process that threw it.
 *
 * @param who  who called, and what: `rank 0: map`
 * @param where  what process the function ran in
 */
export function failedItem(
  who: string,
  where: string,
  { index, shown, fn, error }: FailedItem,
  rank?: number,
): MpiError {
  const text = `${who}: ${fn} failed on item ${index} (${shown}) in ${where}: ${summaryOf(error)}`;
  return new MpiError('ERR_TASK', text, { rank, item: index, cause: error });
}

/** What was thrown, in one line. */
export function summaryOf(error: unknown): string {
  const text =
    error instanceof Error ? `${error.name}: ${error.message}` : `${shortly(error)} was thrown`;
  return (text.split('\n', 1)[0] as string).slice(0, MAX_CHARS);
}

/** Stand in for what was thrown if that cannot be sent. */
export function sendable(error: unknown): unknown {
  try {
    encode(error);
    return error;
  } catch {
    const stand = new Error(error instanceof Error ? error.message : shortly(error));
    if (error instanceof Error) {
      if (typeof error.stack === 'string') stand.stack = error.stack;
      stand.name = error.name;
    }
    return stand;
  }
}

/**
 * Find the value that makes answers unsendable, and end them with it as a failure.
 *
 * @param error  what encoding them has thrown
 */
export function endUnsendable(answers: Answers, error: unknown): Answers {
  let first = 0;
  for (const [index, id] of answers.ids.entries()) {
    const size = answers.sizes[index] as number;
    for (let at = 0; at < size; at += 1) {
      try {
        encode(answers.values[first + at]);
      } catch (because) {
        const skipped = [
          ...answers.ids.slice(index + 1),
          ...(answers.failure === undefined
            ? []
            : [answers.failure.id, ...answers.failure.skipped]),
        ];
        const failure: TaskFailure = { id, at, error: unsendable(because), skipped };
        return {
          ids: answers.ids.slice(0, index),
          micros: answers.micros.slice(0, index),
          sizes: answers.sizes.slice(0, index),
          values: answers.values.slice(0, first),
          failure,
        };
      }
    }
    first += size;
  }
  throw error;
}

/** What an item has failed by whose result cannot be sent. @param because  what encoding it has thrown */
export function unsendable(because: unknown): unknown {
  if (!(because instanceof MpiError)) return because;
  return new MpiError(because.code, `the result cannot be sent: ${because.message}`);
}

function shortly(value: unknown): string {
  try {
    const text = String(value);
    if (text !== '[object Object]') return text;
    const { message } = value as { readonly message?: unknown };
    if (typeof message === 'string') return message;
    const keys = Object.keys(value as object);
    return keys.length === 0 ? 'an object' : `an object with ${keys.join(', ')}`;
  } catch {
    return 'something that has no text';
  }
}

import { inspect } from 'node:util';
import { MpiError } from '../base/error.ts';
import type { Failure } from '../control/message.ts';
import type { StackFilter } from './stack.ts';

/** Describe an error nobody caught, for the launcher to print. */
export function describeFailure(error: unknown, filter: StackFilter): Failure {
  const text =
    error instanceof Error ? filter.shorten(inspect(error)) : `Uncaught ${inspect(error)}`;
  return { text, summary: summaryOf(error), causedBy: lostPeer(error) };
}

function summaryOf(error: unknown): string {
  if (!(error instanceof Error)) return `Uncaught ${firstLine(inspect(error))}`;
  return firstLine(error.message === '' ? error.name : `${error.name}: ${error.message}`);
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] as string;
}

/** The rank whose loss made this error, if it is the consequence of one; looks through causes as well. */
function lostPeer(error: unknown): number | undefined {
  // A chain of causes may be a circle.
  let next = error;
  for (let depth = 0; depth < 10 && next instanceof Error; depth += 1) {
    if (next instanceof MpiError && next.code === 'ERR_PROC_FAILED') return next.peer;
    next = next.cause;
  }
  return undefined;
}

import { inspect } from 'node:util';
import { MpiError } from '../base/error.ts';
import type { Failure } from '../control/message.ts';
import { nameMissingExport } from './missing-export.ts';
import type { StackFilter } from './stack.ts';

/**
 * More of an error nobody would read. A message of this size also leaves the process at once, however
 * its characters are written: what is still queued when a rank exits is lost.
 */
const MAX_TEXT_CHARS = 32 * 1024;
/** The first line is repeated to every rank that needed this one. */
const MAX_LINE_CHARS = 1000;

/** Describe an error nobody caught, for the launcher to print. */
export function describeFailure(error: unknown, filter: StackFilter): Failure {
  const summary = nameMissingExport(summaryOf(error), filter);
  const full = nameMissingExport(textOf(error), filter);
  const text = summaryFirst(filter.shorten(full, error instanceof MpiError), summary);
  return {
    text: cut(text.split('\n').map(cutLine).join('\n'), MAX_TEXT_CHARS),
    summary: cutLine(summary),
    causedBy: lostPeer(error),
  };
}

function textOf(error: unknown): string {
  if (!(error instanceof Error)) return `Uncaught ${inspect(error)}`;
  if (!(error instanceof MpiError)) return inspect(error);
  // Its own properties, which `inspect` would add, are all in the first line.
  const { name, message, stack = '', cause } = error;
  const plain = `${name}: ${message}`;
  const frames = stack.startsWith(plain) ? stack.slice(plain.length) : `\n${stack}`;
  const because = cause === undefined ? '' : `\n[cause]: ${inspect(cause)}`;
  return `${titleOf(error)}: ${message}${frames}${because}`;
}

function summaryOf(error: unknown): string {
  if (!(error instanceof Error)) return `Uncaught ${firstLine(inspect(error))}`;
  return firstLine(error.message === '' ? error.name : `${titleOf(error)}: ${error.message}`);
}

function titleOf(error: Error): string {
  return error instanceof MpiError ? `${error.name} [${error.code}]` : error.name;
}

/**
 * Begin with the summary where Node begins with the line of the program that it is about, as it does
 * for syntax errors; then the frames, which are Node's own, say nothing more.
 */
function summaryFirst(text: string, summary: string): string {
  const lines = text.split('\n');
  const at = lines.indexOf(summary);
  if (at <= 0) return text;
  return [summary, ...lines.slice(0, at)].join('\n');
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] as string;
}

function cutLine(line: string): string {
  return cut(line, MAX_LINE_CHARS);
}

/** Leave out the middle: what went wrong stands at the beginning, and where at the end. */
function cut(text: string, chars: number): string {
  if (text.length <= chars) return text;
  const half = chars / 2;
  const left = text.length - chars;
  return `${text.slice(0, half)}… (${left} more characters) …${text.slice(-half)}`;
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

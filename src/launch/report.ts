/** What the launcher says about a job that did not end well. Pure text, one function a sentence. */

import type { EndingNews, Unmatched } from '../control/ending.ts';
import {
  causeOf,
  endExitCode,
  endPredicate,
  failureExitCode,
  failurePredicate,
  failureReason,
  failureSubject,
  type LostHost,
  type RankFailure,
} from './supervise/failure.ts';
import { framesText } from './supervise/frame.ts';
import { hostList, type Names } from './supervise/names.ts';

/** What all reports of a job need to know. */
export interface ReportContext {
  readonly names: Names;
  /** Paths inside this folder are shown relative to it. */
  readonly cwd: string;
}

/**
 * Tell the failure that ended the job, in full.
 *
 * @param tail  the last lines that the failed rank wrote to its standard error
 */
export function failureText(
  failure: RankFailure,
  { names, cwd }: ReportContext,
  tail: readonly string[] = [],
): string {
  const who = `tsrun: ${names.one(failure.rank)}`;
  const host = names.hostOf(failure.rank);
  switch (failure.kind) {
    case 'failed': {
      const { text, summary } = failure.failure;
      const stack = text.startsWith(summary) ? text.slice(summary.length) : text;
      return `${who} (${host}) failed: ${summary}${indented(stack)}`;
    }
    case 'abort': {
      const place = framesText(failure.stack.slice(0, 1), cwd);
      const at = place === '' ? '' : ` at ${place}`;
      const exitCode = failureExitCode(failure);
      const clamped = exitCode === failure.exitCode ? '' : `; exit code ${exitCode}`;
      return `${who} (${host}) called abort(${failure.exitCode})${at}${clamped}`;
    }
    case 'died':
      return `${who} (${host}, pid ${failure.pid}) ${deathText(failure, tail)}`;
    case 'unfinalized':
      return (
        `${who} (${host}) exited without finalize while others still needed it\n` +
        '  put await finalize() before process.exit(), or let the program end by itself'
      );
    case 'host-lost':
      return `tsrun: ${failureReason(failure, names)}${remedyLine(failure.host)}`;
  }
}

function deathText(failure: RankFailure & { kind: 'died' }, tail: readonly string[]): string {
  const { end } = failure;
  const exitCode = endExitCode(end);
  // A shell in between reports the signal of its child as a code.
  if (exitCode === 134 && tail.some((line) => line.includes('JavaScript heap out of memory'))) {
    return (
      `ran out of JavaScript heap and aborted (exit code ${exitCode})\n` +
      '  allow each rank more, in MiB, with --node-args --max-old-space-size=8192'
    );
  }
  if (end.signal === null) return `${endPredicate(end)}${codeHint(end.code)}`;
  return `${endPredicate(end)} (exit code ${exitCode})${signalHint(end.signal)}`;
}

function codeHint(code: number | null): string {
  return code === 13 ? '; in Node that is a top-level await that nothing could settle' : '';
}

function signalHint(signal: NodeJS.Signals): string {
  switch (signal) {
    case 'SIGKILL':
      return '; perhaps out of memory, or kill -9';
    case 'SIGSEGV':
    case 'SIGBUS':
    case 'SIGILL':
    case 'SIGFPE':
      return '; a crash in native code';
    case 'SIGABRT':
      return '; native code gave up, its standard error should say why';
    case 'SIGXCPU':
      return '; the limit on CPU time was reached (ulimit -t)';
    case 'SIGTERM':
    case 'SIGINT':
    case 'SIGHUP':
      return '; by somebody other than tsrun';
    default:
      return '';
  }
}

/** Tell all further failures, a line for each kind rather than for each rank or host. */
export function furtherFailureTexts(
  main: RankFailure,
  others: readonly RankFailure[],
  { names, cwd }: ReportContext,
): string[] {
  const mainPredicate = impersonal(main, names);
  const primary = new Map<string, number[]>();
  const secondary = new Map<string, number[]>();
  const lost = new Map<string, LostHost[]>();
  for (const failure of others) {
    const cause = causeOf(failure);
    if (failure.kind === 'host-lost') push(lost, failure.host.reason, failure.host);
    else if (cause === undefined) push(primary, impersonal(failure, names), failure.rank);
    // The cause was told; what is news is where it struck. An error that was told in full needs no line that says less.
    else {
      const place = placeOf(failure, cwd);
      if (place === '' && main.kind === 'failed' && cause === main.rank) continue;
      const needed = `${names.one(cause)}${names.behind([cause])}`;
      push(secondary, `needed ${needed} and failed${place}`, failure.rank);
    }
  }
  const named = (ranks: readonly number[]): string => `${names.list(ranks)}${names.behind(ranks)}`;
  const lines: string[] = [];
  for (const [predicate, ranks] of primary) {
    // The text of an error is not told twice.
    const same = main.kind === 'failed' && predicate === mainPredicate;
    lines.push(`tsrun: ${named(ranks)} also ${same ? 'failed in the same way' : predicate}`);
  }
  for (const [reason, gone] of lost) {
    const same = main.kind === 'host-lost' && main.host.reason === reason;
    const how = same ? ' in the same way' : `: ${reason}${remedyLine(gone[0])}`;
    lines.push(`tsrun: ${lostHosts(gone, names)} also lost${how}`);
  }
  for (const [what, ranks] of secondary) lines.push(`tsrun: ${named(ranks)} ${what}`);
  return lines;
}

function remedyLine(host: LostHost | undefined): string {
  return host?.remedy === undefined ? '' : `\n  ${host.remedy}`;
}

function lostHosts(hosts: readonly LostHost[], names: Names): string {
  const list = hostList(hosts.map(({ name }) => name));
  const ranks = names.list(hosts.flatMap((host) => host.ranks));
  return `${list} (${ranks}) ${hosts.length === 1 ? 'was' : 'were'}`;
}

/** Say what happened to a rank so that it is the same for all ranks to which the same happened. */
function impersonal(failure: RankFailure, names: Names): string {
  return failurePredicate(failure).replace(`: rank ${names.rankOf(failure.rank)}: `, ': ');
}

/** Name the user's lines in which an error came up. */
function placeOf(failure: RankFailure, cwd: string): string {
  if (failure.kind !== 'failed') return '';
  const frames = failure.failure.text.split('\n').filter((line) => /^\s+at /.test(line));
  return frames.length === 0 ? '' : ` at ${framesText(frames, cwd)}`;
}

function push<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

/** Tell which ranks were ended because of the failure, and the job's exit code. */
export function stoppedText(
  main: RankFailure,
  stopped: readonly number[],
  exitCode: number,
  names: Names,
): string {
  const were = stopped.length === 1 ? 'was' : 'were';
  const why = `${briefly(main, names)}; exit code ${exitCode}`;
  return `tsrun: ${names.list(stopped)} ${were} stopped because ${why}`;
}

/** Finds the line of a message by the process that sent it, and the number of the line there. */
export type LineOf = (sent: NonNullable<Unmatched['sent']>) => string | undefined;

/** More lines than these are counted. */
const MOST_UNMATCHED = 8;

/** Tell what a rank has left when all had finalized. */
export function unmatchedText(
  rank: number,
  { messages, receives }: Pick<EndingNews & { kind: 'unmatched' }, 'messages' | 'receives'>,
  lineOf: LineOf,
  { names, cwd }: ReportContext,
): string {
  const placed = (line: string | undefined): string =>
    line === undefined ? 'an unknown line' : framesText([line], cwd);
  const rows = [
    ...messages.map(({ what, count, sent }): [string, string] => [
      `${counted(count, 'message')} from ${what}`,
      `sent at ${placed(sent && lineOf(sent))}`,
    ]),
    ...receives.map(({ what, count, line }): [string, string] => [
      `${counted(count, 'receive')} from ${what}`,
      `posted at ${placed(line)}`,
    ]),
  ];
  const shown = rows.slice(0, MOST_UNMATCHED);
  const width = Math.max(...shown.map(([what]) => what.length));
  const lines = shown.map(([what, where]) => `  ${what.padEnd(width)}  ${where}`);
  if (rows.length > MOST_UNMATCHED) lines.push(`  and ${rows.length - MOST_UNMATCHED} lines more`);
  const left = [
    ...(messages.length > 0 ? ['messages that it never received'] : []),
    ...(receives.length > 0 ? ['receives for which nothing came'] : []),
  ].join(' and ');
  const who = `${names.one(rank)} (${names.hostOf(rank)})`;
  return [`tsrun: --check: ${who} has left ${left}:`, ...lines, UNMATCHED_NOTE].join('\n');
}

const UNMATCHED_NOTE =
  '  MPI calls this erroneous: before finalize every message is to be received, and every receive complete or cancelled (MPI-4.1 §11.2.2)';

function counted(count: number, noun: string): string {
  return count === 1 ? noun : `${count} ${noun}s`;
}

/** Recall a failure that was told in full before. */
function briefly(failure: RankFailure, names: Names): string {
  switch (failure.kind) {
    case 'failed':
      return `${failureSubject(failure, names)} failed`;
    case 'host-lost':
      return `host ${failure.host.name} was lost`;
    default:
      return failureReason(failure, names);
  }
}

/** Tell in one line of a failure that is not the job's. */
export function toleratedText(
  failure: RankFailure,
  context: ReportContext,
  tail: readonly string[] = [],
): string {
  const [first] = failureText(failure, context, tail).split('\n');
  return `${first}; the job goes on`;
}

/** Tell of a failure that ends only those with whom the rank is connected. */
export function apartText(
  failure: RankFailure,
  context: ReportContext,
  tail: readonly string[],
): string {
  const [first, ...more] = failureText(failure, context, tail).split('\n');
  return [`${first}; those that it has disconnected from go on`, ...more].join('\n');
}

/** Sum up a job that went on after a failure, as `--on-failure continue` asks. */
export function continuedText(
  failed: readonly number[],
  size: number,
  exitCode: number,
  names: Names,
): string {
  // `of child.ts of 8` would be no English.
  const all = names.grown ? '' : ` of ${size}`;
  return `tsrun: ${names.list(failed)}${all} failed, the others went on; exit code ${exitCode}`;
}

/** Tell that the time given by `--timeout` is over. */
export function timeoutText(seconds: number): string {
  return `tsrun: the job ran longer than --timeout ${seconds} s and was stopped`;
}

/** Acknowledge a signal that asks the launcher to end the job. */
export function signalText(signal: NodeJS.Signals, graceSeconds: number): string {
  const again = signal === 'SIGINT' ? '; press Ctrl-C again to kill them at once' : '';
  return `tsrun: ${signal}: the ranks have ${graceSeconds} s to end${again}`;
}

function indented(text: string): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  return lines.map((line) => `\n  ${line}`).join('');
}

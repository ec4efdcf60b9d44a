import type { Sample } from './figure.ts';
import type { Machine } from './machine.ts';
import type { Options } from './options.ts';
import { type Row, summarize } from './result.ts';
import type { Problem } from './rounds.ts';
import { otherTable, type Table, targetTable, toMarkdown, toText } from './table.ts';

/** All that a comparison has found. */
export interface Comparison {
  readonly date: string;
  readonly machine: Machine;
  readonly versions: Readonly<Record<string, string>>;
  readonly load: { readonly start: readonly number[]; readonly end: readonly number[] };
  readonly options: Options;
  /** The names of those that were run. */
  readonly peers: readonly string[];
  readonly samples: readonly Sample[];
  readonly problems: readonly Problem[];
  /** Peers that could not run at all, and what would help. */
  readonly missing: readonly string[];
}

/** Show it on a terminal. */
export function asText(comparison: Comparison): string {
  return asPages(comparison, toText).join('\n\n');
}

/** Show it in a document. */
export function asMarkdown(comparison: Comparison): string {
  return `${asPages(comparison, toMarkdown).join('\n\n')}\n`;
}

/** Write down everything, every sample included. */
export function asJson(comparison: Comparison): string {
  const rows = summarize(comparison.samples).map((row) => ({
    ...row,
    peers: Object.fromEntries(row.peers),
  }));
  return `${JSON.stringify({ ...comparison, rows }, undefined, 2)}\n`;
}

function asPages(comparison: Comparison, show: (table: Table) => string): string[] {
  const rows = summarize(comparison.samples);
  const shown = comparison.peers.filter((peer) => rows.some(({ peers }) => peers.has(peer)));
  const tables = [targetTable(rows, shown), otherTable(rows, shown)];
  const notes = [...comparison.missing, ...showProblems(comparison.problems)];
  return [
    showMachine(comparison, rows),
    ...tables.filter((table) => table.length > 0).map(show),
    ...(notes.length > 0 ? [notes.map((note) => `- ${note}`).join('\n')] : []),
  ];
}

function showMachine(comparison: Comparison, rows: readonly Row[]): string {
  const { machine, versions, load, options, date } = comparison;
  const { processor, cores, kernel, memoryGiB, hugePages } = machine;
  const all = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  const [start, end] = [load.start, load.end].map((loads) => loads.join(' '));
  const fewest = Math.min(
    ...rows.flatMap(({ peers }) => [...peers.values()].map(({ rounds }) => rounds)),
  );
  const rounds = options.rounds === 1 ? '1 round' : `${options.rounds} rounds`;
  const few = fewest < options.rounds ? ` (some cells of ${fewest} only)` : '';
  return [
    `${date}: medians of ${rounds}${few}, ${options.seconds} s a measurement.`,
    `${cores} × ${processor}, ${memoryGiB} GiB, ${kernel}, huge pages ${hugePages};`,
    `load ${start} at the start, ${end} at the end.`,
    `${all.join(', ')}.`,
  ].join('\n');
}

/** Say once what happened in several rounds. */
function showProblems(problems: readonly Problem[]): string[] {
  const rounds = new Map<string, number[]>();
  for (const { round, peer, group, reason } of problems) {
    const what = `${peer}, ${group}: ${reason}`;
    rounds.set(what, [...(rounds.get(what) ?? []), round]);
  }
  return [...rounds].map(([what, all]) => `${what} (round ${all.join(', ')})`);
}

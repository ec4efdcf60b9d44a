import type { Wait } from '../../control/message.ts';
import type { ReportContext } from '../report.ts';
import type { RankEnd } from '../start/start.ts';
import { endPredicate } from './failure.ts';
import { framesText } from './frame.ts';

/** Where one rank is, as far as the launcher knows. */
export type RankPlace =
  | { readonly kind: 'ended'; readonly rank: number; readonly end: RankEnd | undefined }
  /** It went with its host. */
  | { readonly kind: 'lost'; readonly rank: number }
  /** It runs but has not joined the world: it is starting, or its program does not use tsmpi. */
  | { readonly kind: 'unjoined'; readonly rank: number }
  /** It did not answer. */
  | { readonly kind: 'busy'; readonly rank: number }
  | {
      readonly kind: 'answered';
      readonly rank: number;
      readonly waits: readonly Wait[];
      /** Milliseconds since it entered finalize, if it has. */
      readonly finalizingMs: number | undefined;
    };

/** One line about one rank: all but the time in it decides whether ranks look alike. */
interface Row {
  readonly before: string;
  readonly ms: number | undefined;
  readonly call: string;
  readonly at: string;
}

/**
 * Show where every rank is, one line each; ranks that differ in nothing but time and host share a line.
 *
 * Hosts have a column if there are several.
 */
export function whereTable(
  title: string,
  places: readonly RankPlace[],
  { names, cwd }: ReportContext,
): string {
  const groups = new Map<string, { ranks: number[]; rows: Row[][] }>();
  for (const place of places) {
    const rows = rowsOf(place, cwd);
    const key = JSON.stringify(rows.map(({ before, call, at }) => [before, call, at]));
    const group = groups.get(key) ?? { ranks: [], rows: [] };
    group.ranks.push(place.rank);
    group.rows.push(rows);
    groups.set(key, group);
  }
  const cells: string[][] = [];
  for (const { ranks, rows } of groups.values()) {
    for (const [index, row] of (rows[0] ?? []).entries()) {
      const times = rows.map((other) => other[index]?.ms ?? 0);
      const label = index === 0 ? names.list(ranks) : '';
      const host = index === 0 ? names.hostsOf(ranks) : '';
      const state = row.ms === undefined ? row.before : `${row.before} ${durations(times)}`;
      cells.push([label, ...(names.several ? [host] : []), state, row.call, row.at]);
    }
  }
  return [`tsrun: ${title}:`, ...aligned(cells)].join('\n');
}

function rowsOf(place: RankPlace, cwd: string): Row[] {
  switch (place.kind) {
    case 'ended':
      return [plain(place.end === undefined ? 'never started' : endPredicate(place.end))];
    case 'lost':
      return [plain('was lost with its host')];
    case 'unjoined':
      return [plain('running, has not loaded tsmpi')];
    case 'busy':
      return [plain('busy: computing, or in a synchronous call')];
    case 'answered': {
      const rows = place.waits.map((wait) => waitRow(wait, cwd));
      if (place.finalizingMs !== undefined) {
        rows.unshift({ before: 'in finalize', ms: place.finalizingMs, call: '', at: '' });
      }
      return rows.length === 0 ? [plain('running, waits for no message')] : rows;
    }
  }
}

function plain(before: string): Row {
  return { before, ms: undefined, call: '', at: '' };
}

function waitRow(wait: Wait, cwd: string): Row {
  if (wait.kind === 'serving') return plain('serves as a worker');
  const at = wait.stack.length === 0 ? 'started, not awaited' : framesText(wait.stack, cwd);
  return { before: 'waits', ms: wait.sinceMs, call: wait.call, at: `${at}${wait.hint ?? ''}` };
}

function durations(times: readonly number[]): string {
  const seconds = (ms: number): string => (ms / 1000).toFixed(1);
  const shortest = seconds(Math.min(...times));
  const longest = seconds(Math.max(...times));
  return shortest === longest ? `${longest} s` : `${shortest}-${longest} s`;
}

/** Pad each cell to its column; one that ends its line takes no part, however long it is. */
function aligned(rows: readonly (readonly string[])[]): string[] {
  const trimmed = rows.map((row) => row.slice(0, row.findLastIndex((cell) => cell !== '') + 1));
  const widths: number[] = [];
  for (const row of trimmed) {
    for (const [column, cell] of row.slice(0, -1).entries()) {
      widths[column] = Math.max(widths[column] ?? 0, cell.length);
    }
  }
  return trimmed.map((row) => {
    const padded = row.map((cell, column) =>
      column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0),
    );
    return `  ${padded.join('  ')}`;
  });
}

import type { Row } from './result.ts';
import type { Verdict } from './targets.ts';

/** A table as text: the first line is its head, the first column is aligned to the left. */
export type Table = readonly (readonly string[])[];

const NOTHING = '–';

/** The rows that have targets, with the ratios and whether they are met. */
export function targetTable(rows: readonly Row[], peers: readonly string[]): Table {
  const withTarget = rows.filter(({ verdicts }) => verdicts.length > 0);
  const head = ['', ...peers, 'tsmpi to peer', 'target', 'met'];
  const lines = withTarget.map(({ subject, unit, peers: figures, verdicts }) => [
    label(subject, unit),
    ...peers.map((peer) => format(figures.get(peer)?.median)),
    verdicts.map(showReached).join(', '),
    verdicts.map(showTarget).join(', '),
    verdicts.map(showMet).join(', '),
  ]);
  return lines.length === 0 ? [] : [head, ...lines];
}

/** All other rows. */
export function otherTable(rows: readonly Row[], peers: readonly string[]): Table {
  const others = rows.filter(({ verdicts }) => verdicts.length === 0);
  const lines = others.map(({ subject, unit, peers: figures }) => [
    label(subject, unit),
    ...peers.map((peer) => format(figures.get(peer)?.median)),
  ]);
  return lines.length === 0 ? [] : [['', ...peers], ...lines];
}

/** Align a table for a terminal. */
export function toText(table: Table): string {
  const widths = (table[0] ?? []).map((_, column) => {
    return Math.max(...table.map((line) => line[column]?.length ?? 0));
  });
  const lines = table.map((line) => {
    return line.map((cell, i) =>
      i === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[i] ?? 0),
    );
  });
  return lines.map((cells) => cells.join('  ').trimEnd()).join('\n');
}

/** Write a table as Markdown. */
export function toMarkdown(table: Table): string {
  const [head = [], ...lines] = table;
  const rule = head.map((_, column) => (column === 0 ? '---' : '---:'));
  return [head, rule, ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** Three digits that mean something: `0.238`, `14.6`, `8,935`. */
export function format(value: number | undefined): string {
  if (value === undefined || Number.isNaN(value)) return NOTHING;
  if (value >= 100) return Math.round(value).toLocaleString('en-US');
  return value === 0 ? '0' : value.toPrecision(3);
}

/** `allreduce array 65536 on 2` in the words of a reader: `allreduce, 64 KiB, 2 ranks, µs`. */
function label(subject: string, unit: string): string {
  const [of = '', on] = subject.split(' on ');
  const [test = '', what = '', bytes] = of.split(' ');
  const held = bytes === undefined ? what : bytesInWords(Number(bytes));
  const words = /^\d+$/.test(held) ? [test, `${held} ranks`] : [test, held];
  return [...words, ...(on === undefined ? [] : [`${on} ranks`]), unit].join(', ');
}

function bytesInWords(bytes: number): string {
  if (bytes >= 2 ** 20 && bytes % 2 ** 20 === 0) return `${bytes / 2 ** 20} MiB`;
  if (bytes >= 2 ** 10 && bytes % 2 ** 10 === 0) return `${bytes / 2 ** 10} KiB`;
  return `${bytes} B`;
}

function showReached(verdict: Verdict): string {
  const { ours } = verdict;
  return ours === undefined ? showOwn(verdict) : `${ours}: ${showOwn(verdict)}`;
}

function showOwn({ of, peer, reached }: Verdict): string {
  if (reached === undefined) return NOTHING;
  if (of === 'ratio') return `${reached < 10 ? reached.toFixed(2) : format(reached)} × ${peer}`;
  if (of === 'itself') return format(reached);
  const sign = reached < 0 ? '−' : '+';
  return `${peer} ${sign} ${format(Math.abs(reached))}`;
}

function showTarget({ of, peer, relation, value, stretch }: Verdict): string {
  const limits = {
    ratio: `${relation} ${value} × ${peer}`,
    difference: `${relation} ${peer} + ${value}`,
    itself: `${relation} ${value}`,
  };
  return stretch ? `(${limits[of]})` : limits[of];
}

function showMet({ met, stretch }: Verdict): string {
  if (met === undefined) return NOTHING;
  const word = met ? 'yes' : 'no';
  return stretch ? `(${word})` : word;
}

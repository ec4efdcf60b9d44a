import type { Table } from './tables.ts';

/** Write tables for a terminal. */
export function showTables(tables: readonly Table[]): string {
  return tables
    .map(({ title, head, rows }) => `${title}\n${alignColumns([head, ...rows])}\n`)
    .join('\n');
}

/** Put rows into columns, the first to the left and the others to the right; empty columns go. */
export function alignColumns(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [column, cell] of row.entries()) {
      widths[column] = Math.max(widths[column] ?? 0, cell.length);
    }
  }
  const lines = rows.map((row) => {
    const cells = row.map((cell, column) => {
      const width = widths[column] ?? 0;
      return column === 0 ? cell.padEnd(width) : cell.padStart(width);
    });
    return `  ${cells.filter((cell) => cell !== '').join('  ')}`.trimEnd();
  });
  return lines.join('\n');
}

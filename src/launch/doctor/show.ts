import { escapeControls } from '../options/quote.ts';
import {
  allIsWell,
  type HostReport,
  type Outcome,
  STEPS,
  type Step,
  type Trouble,
} from './outcome.ts';

const SIGNS = { ok: '✓', warning: '!', failed: '✗', skipped: '–' } as const;

/** Write what was found for people: a table, and what is wrong below it. */
export function showReports(reports: readonly HostReport[]): string {
  const head = ['host', ...STEPS.map((step) => titleOf(step, reports))];
  const rows = reports.map(({ host, outcomes }) => [
    host,
    ...STEPS.map((step) => cell(outcomes.get(step))),
  ]);
  return `${[alignColumns([head, ...rows]), ...describeTroubles(reports)].join('\n\n')}\n`;
}

/** Write it for programs. */
export function jsonOf(reports: readonly HostReport[]): string {
  const hosts = reports.map(({ host, startName, outcomes }) => ({
    host,
    start: startName,
    steps: STEPS.map((step) => ({ step, ...(outcomes.get(step) ?? { result: 'skipped' }) })),
  }));
  return `${JSON.stringify({ ok: allIsWell(reports), hosts }, null, 2)}\n`;
}

/** The start of a command is called what it is, where that is the same on all hosts. */
function titleOf(step: Step, reports: readonly HostReport[]): string {
  if (step !== 'start') return step;
  const names = new Set(reports.flatMap(({ startName }) => startName ?? []));
  const [name] = names;
  return names.size === 1 && name !== undefined ? name : step;
}

function cell(outcome: Outcome | undefined): string {
  const { result, found }: Outcome = outcome ?? { result: 'skipped' };
  if (result === 'skipped' && found !== undefined) return found;
  return found === undefined ? SIGNS[result] : `${SIGNS[result]} ${found}`;
}

/** Say what is wrong; where it is the same on several hosts, once, with the command for the first of them. */
function describeTroubles(reports: readonly HostReport[]): string[] {
  const hosts = new Map<string, string[]>();
  const commands = new Map<string, string>();
  for (const { host, startName, outcomes } of reports) {
    for (const step of STEPS) {
      const outcome = outcomes.get(step);
      if (outcome === undefined || !isTrouble(outcome)) continue;
      const { result, problem, command, remedy } = outcome;
      const name = step === 'start' ? (startName ?? step) : step;
      const said = `${name}${result === 'warning' ? ', a warning' : ''}: ${problem}`;
      const key = JSON.stringify([said, remedy]);
      const same = hosts.get(key) ?? [];
      hosts.set(key, [...same, host]);
      if (same.length === 0) commands.set(key, command);
    }
  }
  return [...hosts].map(([key, names]) => {
    const [said, remedy] = JSON.parse(key) as [string, string];
    const command = commands.get(key) ?? '';
    const lines = [`${names.join(', ')}: ${said}`];
    if (command !== '') lines.push(`  by hand: ${command}`);
    if (remedy !== '') lines.push(`  remedy:  ${remedy}`);
    // What a host says may hold anything.
    return lines.map(escapeControls).join('\n');
  });
}

function isTrouble(outcome: Outcome): outcome is Trouble {
  return outcome.result === 'failed' || outcome.result === 'warning';
}

/** Put rows into columns. */
function alignColumns(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows
    .map((row) =>
      row
        .map((text, column) => text.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

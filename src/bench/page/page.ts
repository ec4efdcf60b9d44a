import { formatBytes } from '../format.ts';
import type { Test } from '../names.ts';
import { UNITS } from '../reading.ts';
import { describeReport, type Report } from '../report.ts';
import type { Measurement } from '../rounds.ts';
import { groupBy, type Table, tables, titleOf } from '../tables.ts';
import { type Content, element, Markup } from './markup.ts';
import { drawPlot, type Plot } from './plot.ts';
import { STYLE } from './style.ts';

/** What varies with the size of the message. */
const PLOTTED: readonly Test[] = ['latency', 'bandwidth'];

/** Write a report as one page of HTML that needs nothing else: no script, no other file. */
export function drawPage(report: Report): string {
  const sections = tables(report).map((table) => {
    const plots = plotsOf(report.measurements, table.title);
    return [
      element('h2', {}, table.title),
      element('div', { class: 'beside' }, plots.map(drawPlot), drawTable(table)),
    ];
  });
  const about = describeReport(report).flatMap((line) => [line, element('br')]);
  const head = [
    element('meta', { charset: 'utf-8' }),
    element('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
    element('title', {}, `tsmpi ${report.versions.tsmpi}: benchmarks`),
    // Inside style HTML knows no escapes.
    element('style', {}, new Markup(STYLE)),
  ];
  const body = [
    element('h1', {}, 'Benchmarks of tsmpi'),
    element('p', { class: 'about' }, about),
    sections,
  ];
  return `<!doctype html>\n${page(head, body).text}\n`;
}

function page(head: Content, body: Content): Markup {
  return element('html', { lang: 'en' }, element('head', {}, head), element('body', {}, body));
}

/** Plot what stands in the table with this title over the size of the message. */
function plotsOf(measurements: readonly Measurement[], title: string): Plot[] {
  const plotted = measurements.filter(({ test, unit, bytes, min }) => {
    const drawable = bytes !== undefined && min > 0 && PLOTTED.includes(test);
    return drawable && titleOf(test, unit) === title;
  });
  return [...groupBy(plotted, ({ what }) => what ?? '')].map(([what, group]) => ({
    title: `${title}: ${what}`,
    xName: `size of the message (${what})`,
    yName: UNITS[group[0]?.unit ?? 'ratio'],
    xLabel: formatBytes,
    yLabel: (value) => value.toLocaleString('en-US', { maximumFractionDigits: 20 }),
    lines: [...groupBy(group, ({ series }) => series)].map(([name, line]) => ({
      name,
      points: line
        .map(({ bytes = 0, median, min, max }) => ({ x: bytes, y: median, low: min, high: max }))
        .sort((a, b) => a.x - b.x),
    })),
  }));
}

function drawTable({ head, rows }: Table): Markup {
  return element(
    'table',
    {},
    element(
      'tr',
      {},
      head.map((cell) => element('th', { scope: 'col' }, cell)),
    ),
    rows.map((row) =>
      element(
        'tr',
        {},
        row.map((cell, column) =>
          column === 0 ? element('th', { scope: 'row' }, cell) : element('td', {}, cell),
        ),
      ),
    ),
  );
}

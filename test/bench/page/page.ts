import test from 'ava';
import { drawPage } from '../../../src/bench/page/page.ts';
import { COLOURS } from '../../../src/bench/page/plot.ts';
import type { Report } from '../../../src/bench/report.ts';
import type { Measurement } from '../../../src/bench/rounds.ts';
import { findAll, parseMarkup, textOf } from '../../helpers/markup.ts';

function measurement(
  fields: Pick<Measurement, 'series' | 'test' | 'unit'> & Partial<Measurement>,
): Measurement {
  return { samples: [1, 2, 3], median: 2, min: 1, max: 3, ...fields };
}

const REPORT: Report = {
  machine: '2 × a <processor> & more',
  versions: { tsmpi: '1.2.3', node: '20.0.0', v8: '11' },
  date: '2026-01-02T03:04:05.000Z',
  load: [1, 2, 3],
  rounds: 3,
  seconds: 0.3,
  measurements: [0, 8, 1024].flatMap((bytes) =>
    ['shm', 'zeromq'].flatMap((series) => [
      measurement({ series, test: 'latency', what: 'array', bytes, unit: 'microseconds' }),
      measurement({ series, test: 'bandwidth', what: 'array', bytes, unit: 'megabytesPerSecond' }),
      measurement({ series, test: 'ring', ranks: bytes + 2, unit: 'microseconds' }),
    ]),
  ),
};

test('the page needs nothing from elsewhere, and no script', (t) => {
  const html = drawPage(REPORT);
  t.true(html.startsWith('<!doctype html>\n'));
  const page = parseMarkup(html);
  for (const name of ['script', 'link', 'img', 'iframe', 'image', 'use']) {
    t.is(findAll(page, name).length, 0, name);
  }
  t.notRegex(html, /\b(?:href|src)=|url\(|@import|https?:/);
});

test('the page says where and when it was measured', (t) => {
  const [about] = findAll(parseMarkup(drawPage(REPORT)), 'p', 'about');
  if (about === undefined) throw t.fail();
  for (const part of ['1.2.3', '20.0.0', '2026-01-02', 'a <processor> & more', '1.00 2.00 3.00']) {
    t.true(textOf(about).includes(part), part);
  }
});

test('latency and bandwidth are plotted over size with one line for each series', (t) => {
  const plots = findAll(parseMarkup(drawPage(REPORT)), 'svg');
  t.deepEqual(
    plots.map((plot) => plot.attributes['aria-label']),
    ['Latency, one way (µs): array', 'Bandwidth of a window of messages (MB/s): array'],
  );
  for (const plot of plots) {
    t.deepEqual(findAll(plot, 'g', 'legend').map(textOf), ['shm', 'zeromq']);
    t.deepEqual(findAll(plot, 'g', 'x').map(textOf), ['0 B', '8 B', '1 KiB']);
    t.deepEqual(findAll(plot, 'g', 'y').map(textOf), ['1', '2', '5', '10']);
  }
});

test('all that was measured stands in tables', (t) => {
  const found = findAll(parseMarkup(drawPage(REPORT)), 'table');
  t.is(found.length, 3);
  for (const table of found) {
    t.deepEqual(findAll(table, 'th').slice(0, 4).map(textOf), ['', '', 'shm', 'zeromq']);
    t.is(findAll(table, 'tr').length, 4);
    t.is(findAll(table, 'td').filter((cell) => textOf(cell) === '2.00 (1.00–3.00)').length, 6);
  }
});

test('what cannot stand on a logarithmic axis is left to the table', (t) => {
  const nothing = { series: 'a', test: 'latency', what: 'array', unit: 'microseconds' } as const;
  const measurements = [measurement({ ...nothing, bytes: 8, median: 0, min: 0, max: 0 })];
  const page = parseMarkup(drawPage({ ...REPORT, measurements }));
  t.is(findAll(page, 'svg').length, 0);
  t.is(findAll(page, 'table').length, 1);
});

/** Relative luminance, as WCAG 2 defines it. */
function luminance(colour: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

test('every line has a contrast of 3 to 1 with the ground, light and dark', (t) => {
  const [style] = findAll(parseMarkup(drawPage(REPORT)), 'style');
  const [light = '', dark = ''] = textOf(style ?? t.fail()).split('prefers-color-scheme: dark');
  for (const theme of [light, dark]) {
    const colours = new Map(
      [...theme.matchAll(/--(\w+): (#[\da-f]{6})/g)].map(([, n, c]) => [n, c]),
    );
    const ground = luminance(colours.get('ground') ?? '');
    for (const name of Array.from({ length: COLOURS }, (_, i) => `c${i}`).concat('text', 'quiet')) {
      const line = luminance(colours.get(name) ?? '');
      const contrast = (Math.max(ground, line) + 0.05) / (Math.min(ground, line) + 0.05);
      t.true(contrast >= 3, `${name}: ${contrast}`);
    }
  }
});

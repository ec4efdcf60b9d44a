import test from 'ava';
import { drawPlot, type Line, type Plot } from '../../../src/bench/page/plot.ts';
import { type Element, findAll, parseMarkup, textOf } from '../../helpers/markup.ts';

function line(name: string, ...points: [x: number, y: number][]): Line {
  return { name, points: points.map(([x, y]) => ({ x, y, low: y / 2, high: y * 2 })) };
}

function draw(lines: readonly Line[], plot: Partial<Plot> = {}): Element {
  const names = { title: 'a plot', xName: 'size', yName: 'time', xLabel: String, yLabel: String };
  return parseMarkup(drawPlot({ ...names, ...plot, lines }).text);
}

/** The places in a path of the form `M1 2L3 4`, or `M1 2` and then a shape. */
function places(path: Element | undefined): { x: number; y: number }[] {
  const found = (path?.attributes.d ?? '').matchAll(/[ML]([\d.-]+) ([\d.-]+)/g);
  return [...found].map(([, x, y]) => ({ x: Number(x), y: Number(y) }));
}

function lineOf(svg: Element, index: number): Element {
  return findAll(svg, 'g', `line-${index}`).find(
    ({ attributes }) => !attributes.class?.includes('legend'),
  ) as Element;
}

test('a line goes through its points: to the right with x, up with y', (t) => {
  const svg = draw([line('a', [8, 1], [64, 10], [512, 100])]);
  const way = places(findAll(lineOf(svg, 0), 'path', 'way')[0]);
  t.is(way.length, 3);
  const [first, second, third] = way as [
    { x: number; y: number },
    { x: number; y: number },
    { x: number; y: number },
  ];
  t.true(first.x < second.x && second.x < third.x);
  t.true(first.y > second.y && second.y > third.y);
  // Both axes are logarithmic: equal ratios are equal distances.
  t.true(Math.abs(second.x - first.x - (third.x - second.x)) < 0.1);
  t.true(Math.abs(second.y - first.y - (third.y - second.y)) < 0.1);
});

test('every point has a mark, and a range where it has one', (t) => {
  const svg = draw([line('a', [8, 1], [64, 10])]);
  t.is(findAll(lineOf(svg, 0), 'path', 'mark').length, 2);
  t.is(findAll(lineOf(svg, 0), 'path', 'range')[0]?.attributes.d?.match(/M/g)?.length, 2);
  const exact = { name: 'a', points: [{ x: 8, y: 1, low: 1, high: 1 }] };
  t.is(findAll(draw([exact]), 'path', 'range').length, 0);
});

test('a size of 0 has a mark to the left of the others, and no way leads to it', (t) => {
  const svg = draw([line('a', [0, 1], [8, 1], [64, 1])]);
  const marks = findAll(lineOf(svg, 0), 'path', 'mark').map((mark) => places(mark)[0]?.x ?? 0);
  t.true((marks[0] ?? 0) < (marks[1] ?? 0) - 20);
  const way = places(findAll(lineOf(svg, 0), 'path', 'way')[0]);
  t.deepEqual(
    way.map(({ x }) => x),
    marks.slice(1),
  );
});

test('nothing lies outside of the picture, whatever the values', (t) => {
  for (const points of [
    [[0, 1]],
    [[8, 1]],
    [
      [1, 1e-9],
      [2, 1e9],
    ],
    [
      [0, 5],
      [2 ** 40, 5],
    ],
  ] as [number, number][][]) {
    const svg = draw([line('a', ...points)]);
    for (const mark of findAll(svg, 'path', 'mark')) {
      for (const { x, y } of places(mark)) {
        t.true(x >= 0 && x <= 680 && y >= 0 && y <= 400, `${points}: ${x}, ${y}`);
      }
    }
    t.false(JSON.stringify(svg).includes('NaN'));
  }
});

test('ticks have labels, and those of sizes do not run into each other', (t) => {
  const points = Array.from({ length: 60 }, (_, i): [number, number] => [1000 + i, 1]);
  const svg = draw([line('a', ...points)]);
  const labels = findAll(svg, 'g', 'x').map((tick) => findAll(tick, 'text')[0] as Element);
  t.true(labels.length > 3 && labels.length < 30);
  const ends = labels.map(
    (label) => [Number(label.attributes.x), textOf(label).length * 6] as const,
  );
  for (const [index, [x, width]] of ends.entries()) {
    const [nextX, nextWidth] = ends[index + 1] ?? [1e6, 0];
    t.true(x + width / 2 < nextX - nextWidth / 2);
  }
  t.deepEqual(findAll(svg, 'g', 'y').map(textOf), ['0.1', '0.2', '0.5', '1', '2', '5', '10']);
});

test('each line is in the legend, with the mark and the dashes that it has', (t) => {
  const svg = draw([line('shm', [8, 1], [9, 1]), line('zeromq', [8, 9], [9, 9])]);
  const legends = findAll(svg, 'g', 'legend');
  t.deepEqual(legends.map(textOf), ['shm', 'zeromq']);
  const dashes = legends.map((legend) => findAll(legend, 'path', 'way')[0]?.attributes);
  for (const [index, attributes] of dashes.entries()) {
    const way = findAll(lineOf(svg, index), 'path', 'way')[0];
    t.is(attributes?.['stroke-dasharray'], way?.attributes['stroke-dasharray']);
  }
});

test('any two of many lines differ in colour or dashes, and in neither is all that tells them', (t) => {
  const lines = Array.from({ length: 12 }, (_, i) => line(`line ${i}`, [8, 1], [9, 1]));
  const looks = findAll(draw(lines), 'g', 'legend').map((legend) => {
    const [way, mark] = findAll(legend, 'path');
    const shape = mark?.attributes.d?.replace(/^M[\d.]+ [\d.]+/, '');
    return { colour: legend.attributes.class, dash: way?.attributes['stroke-dasharray'], shape };
  });
  t.is(new Set(looks.map((look) => JSON.stringify(look))).size, 12);
  // The first few are told apart by any one of the three.
  for (const key of ['colour', 'dash', 'shape'] as const) {
    t.is(new Set(looks.slice(0, 4).map((look) => look[key])).size, 4, key);
  }
});

test('a long legend goes on in further rows', (t) => {
  const lines = Array.from({ length: 5 }, (_, i) => line(`a rather long name ${i}`, [8, 1]));
  const texts = findAll(draw(lines), 'g', 'legend').map((legend) => findAll(legend, 'text')[0]);
  t.true(new Set(texts.map((text) => text?.attributes.y)).size > 1);
  for (const text of texts) t.true(Number(text?.attributes.x) < 600);
});

test('the picture says in words what it shows', (t) => {
  const [svg] = findAll(draw([line('a', [8, 1])], { title: 'A < B' }), 'svg');
  t.like(svg?.attributes, { role: 'img', 'aria-label': 'A < B' });
});

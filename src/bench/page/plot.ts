import { element, type Markup } from './markup.ts';
import { decimalAxis, logScale } from './scale.ts';

/** One value over another, and what it ranged over. */
export interface Point {
  readonly x: number;
  readonly y: number;
  readonly low: number;
  readonly high: number;
}

/** One line of a plot; its points in the order of x. */
export interface Line {
  readonly name: string;
  readonly points: readonly Point[];
}

/** A plot with two logarithmic axes. An x of 0 has a place of its own, to the left of them. */
export interface Plot {
  readonly title: string;
  readonly xName: string;
  readonly yName: string;
  readonly xLabel: (x: number) => string;
  readonly yLabel: (y: number) => string;
  /** At least one, with at least one point each; every y and its range is above 0. */
  readonly lines: readonly Line[];
}

const WIDTH = 680;
const HEIGHT = 400;
const LEFT = 76;
const RIGHT = WIDTH - 24;
const BOTTOM = HEIGHT - 52;
const LEGEND_ROW = 20;
/** Width of one letter in the legend and below the axis, about. */
const LETTER = 6.5;
const ZERO_GAP = 44;

/** Lines differ in colour, dashes and marks, so that no colour need be told from another. */
const DASHES = [undefined, '7 4', '2 3', '10 3 2 3'];

/** How many colours there are: the classes of the page are `line-0` to `line-5`. */
export const COLOURS = 6;

/** Draw a plot as an SVG element, coloured by the classes of the page around it. */
export function drawPlot(plot: Plot): Markup {
  const { lines, title } = plot;
  const places = legendPlaces(lines);
  const top = 14 + LEGEND_ROW * ((places.at(-1)?.row ?? 0) + 1);
  const points = lines.flatMap((line) => line.points);
  const yAxis = decimalAxis(points.flatMap(({ y, low, high }) => [y, low, high]));
  const y = logScale(yAxis.range, [BOTTOM, top]);
  const xs = [...new Set(points.map((point) => point.x))].sort((a, b) => a - b);
  const x = xScale(xs);
  return element(
    'svg',
    { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img', 'aria-label': title },
    yAxis.ticks.map((value) => yTick(y(value), plot.yLabel(value))),
    spaced(xs.map((value) => ({ place: x(value), label: plot.xLabel(value) }))).map((tick) =>
      xTick(tick, top),
    ),
    element('path', { class: 'axis', d: `M${LEFT} ${top}V${BOTTOM}H${RIGHT}` }),
    element('text', { class: 'name', x: (LEFT + RIGHT) / 2, y: HEIGHT - 10 }, plot.xName),
    element(
      'text',
      { class: 'name', transform: `translate(16 ${(top + BOTTOM) / 2}) rotate(-90)` },
      plot.yName,
    ),
    lines.map((line, index) => drawLine(line, index, x, y)),
    lines.map(({ name }, index) => legend(name, index, places[index] as LegendPlace)),
  );
}

/** Place x on the axis, 0 apart from the others. */
function xScale(xs: readonly number[]): (x: number) => number {
  const positive = xs.filter((value) => value > 0);
  const from = LEFT + 20 + (positive.length < xs.length ? ZERO_GAP : 0);
  const [low = 1, high = low] = [positive[0], positive.at(-1)];
  // A single value has no scale: it stands in the middle of one.
  const range = low === high ? ([low / 2, low * 2] as const) : ([low, high] as const);
  const scale = logScale(range, [from, RIGHT - 12]);
  return (value) => (value === 0 ? LEFT + 20 : scale(value));
}

interface Tick {
  readonly place: number;
  readonly label: string;
}

/** Leave out ticks whose labels would run into the one before. */
function spaced(ticks: readonly Tick[]): Tick[] {
  let end = Number.NEGATIVE_INFINITY;
  return ticks.filter(({ place, label }) => {
    const half = (label.length * LETTER) / 2;
    if (place - half < end) return false;
    end = place + half + 4;
    return true;
  });
}

function xTick({ place, label }: Tick, top: number): Markup {
  return element(
    'g',
    { class: 'tick x' },
    element('path', { class: 'grid', d: `M${round(place)} ${top}V${BOTTOM}` }),
    element('text', { x: place, y: BOTTOM + 18 }, label),
  );
}

function yTick(place: number, label: string): Markup {
  return element(
    'g',
    { class: 'tick y' },
    element('path', { class: 'grid', d: `M${LEFT} ${round(place)}H${RIGHT}` }),
    element('text', { x: LEFT - 8, y: place + 4 }, label),
  );
}

function drawLine(
  { name, points }: Line,
  index: number,
  x: (value: number) => number,
  y: (value: number) => number,
): Markup {
  // Between nothing and something there is no way on a logarithmic axis.
  const joined = points.filter((point) => point.x > 0);
  const way = joined.map((point) => `${round(x(point.x))} ${round(y(point.y))}`);
  const ranges = points
    .filter(({ low, high }) => high > low)
    .map((point) => `M${round(x(point.x))} ${round(y(point.low))}V${round(y(point.high))}`);
  return element(
    'g',
    { class: `line-${index % COLOURS}` },
    element('title', {}, name),
    way.length > 1
      ? [element('path', { class: 'way', d: `M${way.join('L')}`, 'stroke-dasharray': dash(index) })]
      : [],
    ranges.length > 0 ? [element('path', { class: 'range', d: ranges.join('') })] : [],
    points.map((point) => mark(index, x(point.x), y(point.y))),
  );
}

interface LegendPlace {
  readonly row: number;
  readonly x: number;
}

/** Lay names out in rows. */
function legendPlaces(lines: readonly Line[]): LegendPlace[] {
  let row = 0;
  let x = LEFT;
  return lines.map(({ name }) => {
    const width = 40 + name.length * LETTER + 16;
    if (x + width > RIGHT && x > LEFT) {
      row += 1;
      x = LEFT;
    }
    const place = { row, x };
    x += width;
    return place;
  });
}

function legend(name: string, index: number, { row, x }: LegendPlace): Markup {
  const y = 10 + row * LEGEND_ROW;
  return element(
    'g',
    { class: `legend line-${index % COLOURS}` },
    element('path', { class: 'way', d: `M${x} ${y}H${x + 32}`, 'stroke-dasharray': dash(index) }),
    mark(index, x + 16, y),
    element('text', { x: x + 40, y: y + 4 }, name),
  );
}

/** Lines of the same colour have other dashes. */
function dash(index: number): string | undefined {
  return DASHES[(index + Math.floor(index / COLOURS)) % DASHES.length];
}

function mark(index: number, x: number, y: number): Markup {
  const shapes = [
    'm-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0z',
    'm-3.5-3.5h7v7h-7z',
    'm0-4.5l4.5 8h-9z',
    'm0-5l5 5l-5 5l-5-5z',
  ];
  return element('path', {
    class: 'mark',
    d: `M${round(x)} ${round(y)}${shapes[index % shapes.length]}`,
  });
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

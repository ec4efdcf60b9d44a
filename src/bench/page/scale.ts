/** Logarithms of powers of ten and two are exact but for this. */
const EPSILON = 1e-9;

/** Map values from `low` to `high` to places from `from` to `to`, equal ratios to equal distances. */
export function logScale(
  [low, high]: readonly [low: number, high: number],
  [from, to]: readonly [from: number, to: number],
): (value: number) => number {
  const length = Math.log(high / low);
  return (value) => from + (Math.log(value / low) / length) * (to - from);
}

/** An axis of values above 0: where it ends, and what is labelled. */
export interface LogAxis {
  readonly range: readonly [low: number, high: number];
  readonly ticks: readonly number[];
}

/** Choose an axis from a power of ten to another, with all values between, and at most 12 ticks. */
export function decimalAxis(values: readonly number[]): LogAxis {
  const first = Math.floor(Math.log10(Math.min(...values)) + EPSILON);
  const last = Math.max(Math.ceil(Math.log10(Math.max(...values)) - EPSILON), first + 1);
  const decades = last - first;
  const steps = decades <= 3 ? [1, 2, 5] : [1];
  const every = Math.ceil(decades / 10);
  const ticks: number[] = [];
  for (let exponent = first; exponent < last; exponent += every) {
    // Division is exact where multiplication by 10 ** -3 is not.
    for (const step of steps)
      ticks.push(exponent < 0 ? step / 10 ** -exponent : step * 10 ** exponent);
  }
  const end = (exponent: number): number => (exponent < 0 ? 1 / 10 ** -exponent : 10 ** exponent);
  if (decades % every === 0) ticks.push(end(last));
  return { range: [end(first), end(last)], ticks };
}

import test from 'ava';
import { clampExitCode } from '../../src/base/exit-code.ts';

test('a failure is never success to the shell', (t) => {
  const clamped: [code: number, shown: number][] = [
    [1, 1],
    [255, 255],
    [2.9, 2],
    [0, 1],
    [0.5, 1],
    [256, 255],
    [-1, 255],
    [Number.NaN, 1],
    [Number.POSITIVE_INFINITY, 255],
    [Number.NEGATIVE_INFINITY, 255],
  ];
  for (const [code, shown] of clamped) t.is(clampExitCode(code), shown, String(code));
});

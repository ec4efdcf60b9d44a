import test from 'ava';
import { clampExitCode } from '../../src/base/exit-code.ts';
import { signalExitCode } from '../../src/launch/exit-code.ts';

for (const [code, expected] of [
  [1, 1],
  [7, 7],
  [255, 255],
  [0, 1],
  [256, 255],
  [300, 255],
  [512, 255],
  [-1, 255],
  [2.5, 2],
  [0.5, 1],
  [Number.NaN, 1],
  [Number.POSITIVE_INFINITY, 255],
  [Number.NEGATIVE_INFINITY, 255],
] as const) {
  test(`a failure with code ${code} shows as ${expected}`, (t) => {
    t.is(clampExitCode(code), expected);
  });
}

test('a death by signal shows as 128 and the number of the signal', (t) => {
  t.deepEqual([signalExitCode('SIGKILL'), signalExitCode('SIGSEGV')], [137, 139]);
});

test('a signal without a number on this system is a failure still', (t) => {
  t.is(signalExitCode('SIGUNUSED'), 255);
});

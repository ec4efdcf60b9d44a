import test from 'ava';
import { formatBytes, formatNumber } from '../../src/bench/format.ts';

test('sizes have the largest unit that needs no fraction', (t) => {
  const written = [0, 8, 1000, 1024, 1536, 65_536, 2 ** 20, 2 ** 30, 2 ** 40].map(formatBytes);
  t.deepEqual(written, [
    '0 B',
    '8 B',
    '1000 B',
    '1 KiB',
    '1536 B',
    '64 KiB',
    '1 MiB',
    '1 GiB',
    '1024 GiB',
  ]);
});

test('numbers have three digits that count, or all before the point', (t) => {
  const written = [0, 0.12345, 1.2, 99.94, 99.96, 1234.5, 7_460_565, -2.345678].map(formatNumber);
  t.deepEqual(written, ['0', '0.123', '1.20', '99.9', '100', '1,235', '7,460,565', '-2.35']);
});

import test from 'ava';
import { lineOf, tsrun } from '../helpers/run.ts';

const sorted = (text: string): string[] => text.trim().split('\n').sort();

for (const size of [2, 3]) {
  for (const options of [[], ['-H', 'a:2,b:2', '--launcher', 'sh -c "{command}"']]) {
    test(`${size} ranks that want each other's locks: one is refused, and learns where the others wait ${options.join(' ')}`, async (t) => {
      const end = await tsrun(t, [...options, '-n', `${size}`, 'deadlock.ts', 'circle']);
      t.like(end, { code: 0, stderr: '' });
      const all = sorted(end.stdout);
      const refusal = all.find((line) => line.includes('can never')) ?? '';
      const victim = Number(/^rank (\d): store\.lock/.exec(refusal)?.[1]);
      const place = lineOf('deadlock.ts', '_next = await store.lock(');
      const steps = Array.from({ length: size - 1 }, (_, at) => {
        const holder = (victim + at + 1) % size;
        return `rank ${holder} holds "lock ${holder}" and waits at ${place} for "lock ${(holder + 1) % size}"`;
      });
      t.is(
        refusal.replace(/(\.ts:\d+):\d+/g, '$1'),
        `rank ${victim}: store.lock "lock ${(victim + 1) % size}": it can never be had: ${steps.join(', ')}, which this rank holds, and none does anything but wait; ask for locks in the same order everywhere, or give a timeout ERR_DEADLOCK`,
      );
      t.is(all.length, size);
    });
  }
}

test('a rank that waits for a lock of its own is refused, which ends it with the line', async (t) => {
  const end = await tsrun(t, ['-n', '2', 'deadlock.ts', 'self']);
  t.is(end.code, 1);
  t.regex(
    end.stderr,
    /rank 0: store\.lock "a": it can never be had: this rank holds it itself, and does nothing but wait for it; locks are not reentrant, or give a timeout/,
  );
  t.true(end.stderr.includes(lineOf('deadlock.ts', '_again')));
});

test('who lets go of a lock beside its waiting is not refused', async (t) => {
  const end = await tsrun(t, ['-n', '3', 'deadlock.ts', 'other']);
  t.like(end, { code: 0, stderr: '' });
  t.deepEqual(sorted(end.stdout), ['rank 0 is through', 'rank 1 is through', 'rank 2 is through']);
});

test('who gives up by itself is not refused, and nobody is by whom it waits', async (t) => {
  const end = await tsrun(t, ['-n', '2', 'deadlock.ts', 'timeout']);
  t.like(end, { code: 0, stderr: '' });
  t.deepEqual(sorted(end.stdout), ['ERR_TIMEOUT', 'got it']);
});

test('a program that listens for its end hears of no other', async (t) => {
  const end = await tsrun(t, ['-n', '2', 'deadlock.ts', 'watched']);
  t.like(end, { code: 0, stderr: '' });
  t.regex(end.stdout, /at its end/);
  t.notRegex(end.stdout, /amid all/);
});

import test from 'ava';
import { seededRandom } from '../../../src/base/random.ts';
import { claim, MOST_UNITS, UNIT_BYTES, unitsOf } from '../../../src/transport/shm/claim.ts';

test('however the two sides take turns, every unit is claimed once, and they meet', (t) => {
  const random = seededRandom(1);
  for (let round = 0; round < 2000; round += 1) {
    const units = 1 + Math.floor(random() ** 4 * 100_000);
    const words = new Int32Array(3);
    const eager = random();
    let front = 0;
    let back = units;
    for (;;) {
      const fromFront = random() < eager;
      const part = claim(words, 1, units);
      if (part === 0) break;
      t.true(part > 0 && part <= MOST_UNITS);
      if (fromFront) front += part;
      else back -= part;
    }
    t.is(front, back, `${units} units`);
    t.deepEqual([...words], [0, units, 0]);
    t.is(claim(words, 1, units), 0);
  }
});

test('what the receiver claims for good when it gives up is not claimed any more', (t) => {
  const words = Int32Array.of(500);
  t.is(claim(words, 0, 500), 0);
  t.is(claim(words, 0, 400), 0);
});

test('both sides get about half when they begin together, and the last part is no crumb', (t) => {
  for (const bytes of [2 ** 16, 2 ** 20, 2 ** 24 + 1]) {
    const units = unitsOf(bytes);
    const words = new Int32Array(1);
    const parts: number[] = [];
    for (let part = claim(words, 0, units); part > 0; part = claim(words, 0, units)) {
      parts.push(part);
    }
    t.is(
      parts.reduce((sum, part) => sum + part),
      units,
    );
    t.true((parts.at(-1) ?? 0) >= Math.min(units >> 1, 64) >> 1);
    t.true((parts[0] ?? 0) * UNIT_BYTES <= Math.max(bytes / 2, 2 ** 20));
  }
});

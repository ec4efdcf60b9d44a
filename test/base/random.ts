import test from 'ava';
import { seededRandom } from '../../src/base/random.ts';

test('the same seed gives the same numbers, another seed others', (t) => {
  const draw = (seed: number): number[] => Array.from({ length: 20 }, seededRandom(seed));
  t.deepEqual(draw(5), draw(5));
  t.notDeepEqual(draw(5), draw(6));
  t.notDeepEqual(draw(0), draw(1));
  t.is(new Set(draw(0)).size, 20);
});

test('the numbers fill the range from 0 to 1 evenly', (t) => {
  const random = seededRandom(42);
  const tenths = new Array<number>(10).fill(0);
  for (let at = 0; at < 10_000; at += 1) {
    const number = random();
    t.true(number >= 0 && number < 1);
    tenths[Math.floor(number * 10)]! += 1;
  }
  for (const share of tenths) t.true(share > 850 && share < 1150, `${tenths}`);
});

// Random points in a square: the share that falls into the circle is π / 4. Every rank throws points
// of its own, so it needs random numbers of its own, and a seed to get the same ones again.
// predict: how many more points does one more digit of π take?
// run: tsrun -n 4 examples/monte-carlo-pi.ts
// ranks: 1-8
// change: leave out the rank: `randomNumbers(seed, 0)`, and try 8 ranks with several seeds.
// explain: all ranks now throw the same points, and eight times the work tells no more than one
//   rank's: the error is √8 times as large. Nothing else shows the mistake.
// prints:
//   1000000 points, seed 1: pi is about 3.1398
import { finalize, sum, world } from 'tsmpi';

const { rank, size } = world;
const points = Number(process.argv[2] ?? 1_000_000);
const seed = Number(process.argv[3] ?? 1);

const random = randomNumbers(seed, rank);
let hits = 0;
for (let point = rank; point < points; point += size) {
  if (random() ** 2 + random() ** 2 < 1) hits += 1;
}
const allHits = await world.reduce(hits, sum);

if (allHits !== undefined) {
  const pi = (4 * allHits) / points;
  // The standard deviation is 1.64 / √points, and five of these next to impossible.
  const bound = 8.2 / Math.sqrt(points);
  if (!(Math.abs(pi - Math.PI) < bound)) throw new Error(`${pi} is off by ${bound} or more`);
  console.log(`${points} points, seed ${seed}: pi is about ${pi}`);
}
await finalize();

/** Numbers from 0 to 1; each pair of seed and stream gives others (the generator sfc32). */
function randomNumbers(seed: number, stream: number): () => number {
  let [a, b, c, counter] = [seed, stream, 0, 1];
  const next = (): number => {
    const result = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + result) | 0;
    return (result >>> 0) / 2 ** 32;
  };
  // The first few numbers of neighbouring streams are still alike.
  for (let skipped = 0; skipped < 20; skipped += 1) next();
  return next;
}

// The area under x² from 0 to 3, by trapezoids: each rank gets a block of neighbouring ones and
// runs on it the function that would do the whole.
// predict: how many trapezoids does each of 3 ranks get?
// run: tsrun -n 4 examples/trapezoid.ts
// ranks: 1-8
// change: use 10 trapezoids: `tsrun -n 4 examples/trapezoid.ts 10`.
// explain: block r begins at ⌊r · count / size⌋, where block r − 1 ends: so none is left out or
//   counted twice, and the blocks differ by one at most.
// prints:
//   rank 0 adds up 256 trapezoids from number 0 on
//   rank 1 adds up 256 trapezoids from number 256 on
//   rank 2 adds up 256 trapezoids from number 512 on
//   rank 3 adds up 256 trapezoids from number 768 on
//   1024 trapezoids: the area is 9.0000042915
import { finalize, world } from 'tsmpi';

const FROM = 0;
const TO = 3;

const { rank, size } = world;
const count = Number(process.argv[2] ?? 1024);
const width = (TO - FROM) / count;

const first = firstOf(rank);
const own = firstOf(rank + 1) - first;
console.log(`rank ${rank} adds up ${own} trapezoids from number ${first} on`);

const area = await world.reduce(trapezoids(FROM + first * width, own));

if (area !== undefined) {
  // The error of this method is known for this function: 4.5 / count².
  const expected = 9 + 4.5 / count ** 2;
  if (!(Math.abs(area - expected) < 1e-9)) throw new Error(`${area} should be ${expected}`);
  console.log(`${count} trapezoids: the area is ${area.toFixed(10)}`);
}
await finalize();

/** First trapezoid of a rank's block. */
function firstOf(owner: number): number {
  return Math.floor((owner * count) / size);
}

/** The area of so many trapezoids from x on: it knows nothing of ranks. */
function trapezoids(x: number, pieces: number): number {
  let area = 0;
  for (let piece = 0; piece < pieces; piece += 1) {
    const left = x + piece * width;
    area += (width * (left ** 2 + (left + width) ** 2)) / 2;
  }
  return area;
}

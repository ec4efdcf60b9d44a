// The mean of many numbers: scatter gives each rank a part of them, each takes the mean of its part,
// and gather brings these together. Parts may differ in length, so a mean counts by its length.
// predict: what do 4 ranks get of 10 numbers?
// run: tsrun -n 4 examples/scatter-average-gather.ts
// ranks: 1-8
// change: leave out `counts`, and try 2 and 4 ranks.
// explain: parts are then of one length, and scatter refuses what cannot be divided so. The counts
//   stand on rank 0 alone: the others learn from what comes how much it is.
// prints, in this order:
//   rank 0: 3 numbers, mean 2
//   rank 1: 3 numbers, mean 5
//   rank 2: 2 numbers, mean 7.5
//   rank 3: 2 numbers, mean 9.5
//   mean of all: 5.5
import { finalize, world } from 'tsmpi';

const { rank, size } = world;

// Only rank 0 has the numbers.
const numbers = rank === 0 ? Float64Array.from({ length: 10 }, (_, index) => index + 1) : undefined;
const counts = numbers && partsOf(numbers.length);

const part = await world.scatter(numbers, { counts });
const parts = await world.gather({ count: part.length, mean: mean(part) });

// Only rank 0 has what was gathered: by rank, in whatever order it came.
if (numbers !== undefined && parts !== undefined) {
  let sum = 0;
  for (const [source, { count, mean }] of parts.entries()) {
    console.log(`rank ${source}: ${count} numbers, mean ${mean}`);
    sum += count * mean;
  }
  const result = sum / numbers.length;
  if (result !== mean(numbers)) throw new Error(`${result} instead of ${mean(numbers)}`);
  console.log(`mean of all: ${result}`);
}
await finalize();

/** How many of `total` elements each rank gets: the first ones get what is over. */
function partsOf(total: number): number[] {
  return Array.from({ length: size }, (_, owner) => Math.ceil((total - owner) / size));
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

// The area under 4 / (1 + x²) from 0 to 1 is π. It is cut into strips: rank 0 tells all how many,
// every rank adds up each size-th strip, and reduce adds up what the ranks have.
// predict: is the result the same for 1 and for 8 ranks, to the last digit?
// run: tsrun -n 4 examples/pi.ts
// ranks: 1-8
// change: print `pi` as it is, without `toFixed`, and try 1, 2 and 3 ranks.
// explain: the strips are the same, but they are added in another order, and each addition rounds.
// prints, with any number of ranks:
//   1000000 strips: pi is 3.141592653590
import { finalize, sum, world } from 'tsmpi';

const { rank, size } = world;

// Only rank 0 knows the number; what the others give does not count.
const asked = rank === 0 ? Number(process.argv[2] ?? 1_000_000) : undefined;
const strips = await world.broadcast(asked);

let heights = 0;
for (let strip = rank; strip < strips; strip += size) {
  const middle = (strip + 0.5) / strips;
  heights += 4 / (1 + middle ** 2);
}

const pi = await world.reduce(heights / strips, sum);

// Rank 0 alone has the result.
if (pi !== undefined) {
  // The midpoint rule is off by 1 / (12 strips²), and rounding adds its share.
  const error = Math.abs(pi - Math.PI);
  if (!(error < 1 / (12 * strips ** 2) + 1e-12)) throw new Error(`pi is not ${pi}`);
  console.log(`${strips} strips: pi is ${pi.toFixed(12)}`);
}
await finalize();

// Each rank has a block of numbers. In every phase the ranks pair up with a neighbour, alternately
// the one on either side; a pair swaps blocks, and the lower rank keeps the lower half of both.
// predict: how many phases does it take until all is sorted, if it begins in the worst order?
// run: tsrun -n 4 examples/odd-even-sort.ts
// ranks: 1-8
// change: make one phase less: `phase < size - 1`.
// explain: rank 0 has what belongs to the last rank. Numbers move one rank in a phase at most, and
//   one of the two end blocks waits a phase before it can move: `size` phases in all.
// prints:
//   rank 0 had 3000 to 3999, and has 0 to 999
//   rank 1 had 2000 to 2999, and has 1000 to 1999
//   rank 2 had 1000 to 1999, and has 2000 to 2999
//   rank 3 had 0 to 999, and has 3000 to 3999
import { finalize, world } from 'tsmpi';

const LENGTH = 1000;

const { rank, size } = world;

// The worst order of blocks, and some disorder inside each of them.
const lowest = (size - 1 - rank) * LENGTH;
let block = Float64Array.from({ length: LENGTH }, (_, index) => lowest + ((index * 77) % LENGTH));
block.sort();

for (let phase = 0; phase < size; phase += 1) {
  const isLower = rank % 2 === phase % 2;
  const partner = isLower ? rank + 1 : rank - 1;
  if (partner < 0 || partner >= size) continue; // Nobody is on that side.

  const other = await world.sendReceive<Float64Array>(block, partner, partner);
  const both = Float64Array.from([...block, ...other]).sort();
  block = isLower ? both.slice(0, LENGTH) : both.slice(LENGTH);
}

const wrong = block.findIndex((number, index) => number !== rank * LENGTH + index);
if (wrong >= 0) throw new Error(`rank ${rank} has ${block[wrong]} in place ${wrong}`);
console.log(
  `rank ${rank} had ${lowest} to ${lowest + LENGTH - 1}, and has ${block[0]} to ${block.at(-1)}`,
);
await finalize();

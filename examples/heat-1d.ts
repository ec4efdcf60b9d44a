// A rod has 0 degrees at its left end and 100 at its right. Each rank has a piece of it, and a ghost
// cell on either side: a copy of the neighbour's cell there, brought anew before each step (a halo).
// predict: does it take more steps until the rod is steady if more ranks share it?
// run: tsrun -n 4 examples/heat-1d.ts
// ranks: 1-8
// change: let each rank decide for itself when to stop: `change = ownChange`.
// explain: far from the warm end nothing changes in the first step, so those ranks stop. The next
//   rank waits for their cells, and they for its part in the last allreduce: a deadlock.
// prints, with any number of ranks:
//   steady after 152 steps; the largest error is 0.12 degrees
import { finalize, max, PROC_NULL, waitAll, world } from 'tsmpi';

const CELLS = 10;
const HOT = 100;
const STEADY = 0.01;

const { rank, size } = world;
const first = Math.floor((rank * CELLS) / size);
const count = Math.floor(((rank + 1) * CELLS) / size) - first;
const left = rank > 0 ? rank - 1 : PROC_NULL;
const right = rank < size - 1 ? rank + 1 : PROC_NULL;

// Cells 1 to count are this rank's own, 0 and count + 1 are ghosts. Nothing comes from PROC_NULL,
// so the ghosts at the ends of the rod keep what they hold, and that is how warm the ends are.
const rod = new Float64Array(count + 2);
if (right === PROC_NULL) rod[count + 1] = HOT;
const [leftGhost, leftmost] = [rod.subarray(0, 1), rod.subarray(1, 2)];
const [rightmost, rightGhost] = [rod.subarray(count, count + 1), rod.subarray(count + 1)];

let steps = 0;
let change: number;
do {
  await waitAll([
    world.sendReceive(leftmost, left, right, { into: rightGhost }),
    world.sendReceive(rightmost, right, left, { into: leftGhost }),
  ]);

  // Each cell takes the mean of its neighbours.
  const next = new Float64Array(count);
  let ownChange = 0;
  for (let cell = 1; cell <= count; cell += 1) {
    const mean = (rod[cell - 1]! + rod[cell + 1]!) / 2;
    ownChange = Math.max(ownChange, Math.abs(mean - rod[cell]!));
    next[cell - 1] = mean;
  }
  rod.set(next, 1);
  steps += 1;
  change = await world.allreduce(ownChange, max);
} while (change > STEADY);

// In the end the temperature rises evenly from one end to the other.
const errors = Array.from({ length: count }, (_, cell) =>
  Math.abs(rod[cell + 1]! - (HOT * (first + cell + 1)) / (CELLS + 1)),
);
const error = await world.allreduce(Math.max(...errors), max);
if (!(error < 100 * STEADY)) throw new Error(`${error} degrees away from the final temperature`);
if (rank === 0) {
  console.log(`steady after ${steps} steps; the largest error is ${error.toFixed(2)} degrees`);
}
await finalize();

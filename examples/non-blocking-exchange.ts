// All ranks swap data with both neighbours at once: start everything, work, then wait.
// If every rank awaited its sends first, all would wait for receives that nobody has started.
// predict: would it work as well if every rank sent first and received then?
// run: tsrun -n 4 examples/non-blocking-exchange.ts
// change: move `await waitAll(sends)` above the two receives.
// explain: all sends wait for receives that nobody starts. With a LENGTH of 50 nothing shows: so
//   short a message is sent without asking, and the mistake stays hidden.
// prints:
//   rank 0 has blocks of rank 3 and rank 1
//   rank 1 has blocks of rank 0 and rank 2
//   rank 2 has blocks of rank 1 and rank 3
//   rank 3 has blocks of rank 2 and rank 0
import { finalize, waitAll, world } from 'tsmpi';

// Too long to be sent before its receiver asks: such a send is complete only with its receive.
const LENGTH = 50_000;
const TO_RIGHT = 1;
const TO_LEFT = 2;

const { rank, size } = world;
const left = (rank - 1 + size) % size;
const right = (rank + 1) % size;
const block = new Float64Array(LENGTH).fill(rank);

// With two ranks both neighbours are the same one, and the tags tell the messages apart.
const fromLeft = world.receive<Float64Array>(left, { tag: TO_RIGHT });
const fromRight = world.receive<Float64Array>(right, { tag: TO_LEFT });
const sends = [
  world.send(block, right, { tag: TO_RIGHT }),
  world.send(block, left, { tag: TO_LEFT }),
];

const ownSum = sum(block); // Work that needs no neighbour, done while the messages travel.

const leftBlock = await fromLeft;
const rightBlock = await fromRight;
await waitAll(sends);

const total = sum(leftBlock) + ownSum + sum(rightBlock);
if (total !== LENGTH * (left + rank + right)) throw new Error(`the sum is ${total}`);
console.log(`rank ${rank} has blocks of rank ${leftBlock[0]} and rank ${rightBlock[0]}`);
await finalize();

function sum(numbers: Float64Array): number {
  return numbers.reduce((a, b) => a + b, 0);
}

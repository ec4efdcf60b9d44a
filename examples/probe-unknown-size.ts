// A receiver that does not know how much will come: probe first, then make room for just that.
// predict: what happens to a message that is longer than the array given for it?
// run: tsrun -n 4 examples/probe-unknown-size.ts
// change: make room for ten numbers only: `new Int32Array(10)`.
// explain: a message is never cut short: it fails with ERR_TRUNCATE and tells both sizes.
// prints:
//   rank 0 received NUMBER numbers from rank 3
//   rank 1 received NUMBER numbers from rank 0
//   rank 2 received NUMBER numbers from rank 1
//   rank 3 received NUMBER numbers from rank 2
import { finalize, world } from 'tsmpi';

const { rank, size } = world;
const left = (rank - 1 + size) % size;
const right = (rank + 1) % size;

const length = 1 + Math.floor(Math.random() * 1000);
const sending = world.send(new Int32Array(length).fill(length), right);

const { count } = await world.probe(left);
const numbers = new Int32Array(count);
await world.receive(left, { into: numbers });
await sending;

// The sender wrote the length into every element, so the receiver can tell whether it got all.
if (!numbers.every((value) => value === count)) throw new Error(`not ${count} numbers`);
console.log(`rank ${rank} received ${count} numbers from rank ${left}`);
await finalize();

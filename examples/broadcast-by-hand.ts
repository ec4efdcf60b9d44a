// Three ways to bring a value from rank 0 to all, by hand, beside the built-in one. All three send
// as many messages; they differ in the number of steps, which is one message after another.
// predict: how many steps does each way take with 8 ranks, and with 1000?
// run: tsrun -n 4 examples/broadcast-by-hand.ts
// ranks: 1-8
// change: write `distance *= 3` instead of `distance *= 2`, to need fewer steps still.
// explain: in one step everybody who has the value can send it to one more. So twice as many have
//   it after each, never three times as many: ⌈log₂ size⌉ steps is the least, and rank 2 goes without.
// prints, in this order:
//   linear   messages: 3   steps: 3
//   ring     messages: 3   steps: 3
//   tree     messages: 3   steps: 2
//   the built-in broadcast brings the same
import { finalize, max, sum, world } from 'tsmpi';

const { rank, size } = world;

/** The step in which the last message of this rank travelled. */
let step = 0;
let messages = 0;

async function pass(value: string, dest: number): Promise<void> {
  step += 1;
  messages += 1;
  await world.send({ value, step }, dest);
}

async function take(source: number): Promise<string> {
  const letter = await world.receive<{ value: string; step: number }>(source);
  step = letter.step;
  return letter.value;
}

/** Rank 0 sends it to one after another. */
async function linear(value: string): Promise<string> {
  if (rank > 0) return await take(0);
  for (let dest = 1; dest < size; dest += 1) await pass(value, dest);
  return value;
}

/** Each rank hands it to the next. */
async function ring(value: string): Promise<string> {
  const own = rank === 0 ? value : await take(rank - 1);
  if (rank + 1 < size) await pass(own, rank + 1);
  return own;
}

/** The first `distance` ranks have it, and each sends it to the rank that is so far above. */
async function tree(value: string): Promise<string> {
  let own = value;
  for (let distance = 1; distance < size; distance *= 2) {
    if (rank >= distance && rank < 2 * distance) own = await take(rank - distance);
    else if (rank < distance && rank + distance < size) await pass(own, rank + distance);
  }
  return own;
}

const value = rank === 0 ? 'news from rank 0' : '';
const expected = await world.broadcast(value);

const ways = [
  { way: linear, predicted: size - 1 },
  { way: ring, predicted: size - 1 },
  { way: tree, predicted: Math.ceil(Math.log2(size)) },
];
for (const { way, predicted } of ways) {
  step = 0;
  messages = 0;
  const own = await way(value);
  if (own !== expected) throw new Error(`${way.name} brought "${own}", not "${expected}"`);
  const steps = await world.reduce(step, max);
  const total = await world.reduce(messages, sum);
  if (rank > 0) continue;
  if (steps !== predicted) throw new Error(`${way.name} took ${steps} steps, not ${predicted}`);
  console.log(`${way.name.padEnd(6)}   messages: ${total}   steps: ${steps}`);
}
if (rank === 0) console.log('the built-in broadcast brings the same');
await finalize();

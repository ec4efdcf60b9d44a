// Walkers step left and right at random in a street that is divided among the ranks. A rank moves
// those in its part of the street until they leave it, and hands these over to its neighbour.
// predict: do the walkers end at other doors if more ranks share the street?
// run: tsrun -n 4 examples/random-walk.ts
// ranks: 1-8
// change: let `step` use `Math.random() * 2 ** 32` as the next `random`.
// explain: a walker brings its last random number along, from which the next one is made. So its way
//   is the same whoever moves it, and the ranks together come to the result of one alone.
// prints:
//   rank 0 has doors 0 to 19, and 69 of the walkers
//   rank 1 has doors 20 to 39, and 51 of the walkers
//   rank 2 has doors 40 to 59, and 47 of the walkers
//   rank 3 has doors 60 to 79, and 33 of the walkers
//   200 walkers made 300 steps each; the sum of doors is 6710
import { finalize, PROC_NULL, world } from 'tsmpi';

interface Walker {
  door: number;
  steps: number; // yet to be made
  random: number; // the last one
}

const DOORS = 80;
const WALKERS = 200;
const STEPS = 300;

const { rank, size } = world;
const first = Math.floor((rank * DOORS) / size);
const end = Math.floor(((rank + 1) * DOORS) / size);
// Nobody can leave to a neighbour that is not there, and nothing comes from it.
const left = rank > 0 ? rank - 1 : PROC_NULL;
const right = rank < size - 1 ? rank + 1 : PROC_NULL;

let here = start().filter(isHere);
let underWay = WALKERS;
while (underWay > 0) {
  for (const walker of here) {
    while (walker.steps > 0 && isHere(walker)) step(walker);
  }
  const toLeft = here.filter(({ door }) => door < first);
  const toRight = here.filter(({ door }) => door >= end);
  const fromRight = await world.sendReceive<Walker[] | undefined>(toLeft, left, right);
  const fromLeft = await world.sendReceive<Walker[] | undefined>(toRight, right, left);
  here = [...here.filter(isHere), ...(fromLeft ?? []), ...(fromRight ?? [])];

  // Who has nothing to do may still be handed a walker: only all together know the end.
  underWay = await world.allreduce(here.filter(({ steps }) => steps > 0).length);
}
console.log(`rank ${rank} has doors ${first} to ${end - 1}, and ${here.length} of the walkers`);

const result = await world.reduce([here.length, sumOfDoors(here)]);
if (result !== undefined) {
  const alone = start();
  for (const walker of alone) while (walker.steps > 0) step(walker);
  const expected = [WALKERS, sumOfDoors(alone)];
  if (`${result}` !== `${expected}`) throw new Error(`came to ${result} instead of ${expected}`);
  console.log(`${WALKERS} walkers made ${STEPS} steps each; the sum of doors is ${result[1]}`);
}
await finalize();

function start(): Walker[] {
  return Array.from({ length: WALKERS }, (_, n) => ({ door: n % DOORS, steps: STEPS, random: n }));
}

function isHere({ door }: Walker): boolean {
  return first <= door && door < end;
}

/** Step to one side; at an end of the street, stay. */
function step(walker: Walker): void {
  walker.random = (Math.imul(walker.random, 1664525) + 1013904223) >>> 0;
  const door = walker.door + (walker.random < 2 ** 31 ? -1 : 1);
  walker.door = Math.min(Math.max(door, 0), DOORS - 1);
  walker.steps -= 1;
}

function sumOfDoors(walkers: readonly Walker[]): number {
  return walkers.reduce((total, { door }) => total + door, 0);
}

/** Two ranks send each other numbers, and check that each comes once and in order: `stream.ts COUNT TELL_AT`. */
import { setTimeout as sleep } from 'node:timers/promises';
import { finalize, world } from 'tsmpi';

const WINDOW = 100;

const { rank } = world;
const peer = 1 - rank;
const [count = 0, tellAt = 0] = process.argv.slice(2).map(Number);

async function sendAll(): Promise<void> {
  for (let next = 0; next < count; next += WINDOW) {
    await Promise.all(
      Array.from({ length: WINDOW }, (_, index) => world.send([next + index, rank], peer)),
    );
    // Whoever breaks the network meanwhile has time to do so.
    if (next >= tellAt) await sleep(1);
  }
}

async function receiveAll(): Promise<void> {
  for (let next = 0; next < count; next += 1) {
    const [number, source] = await world.receive<[number, number]>(peer);
    if (number !== next || source !== peer) {
      throw new Error(`${number} of rank ${source} came where ${next} was due`);
    }
    if (next === tellAt) console.log(`rank ${rank} is in the midst`);
  }
}

await Promise.all([sendAll(), receiveAll()]);
await finalize();
console.log(`rank ${rank} got all`);

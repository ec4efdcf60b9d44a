/**
 * Two ranks exchange messages in rounds, and rank 0 tells how long the fastest round took, for each line that
 * it reads: `rounds.ts ROUNDS MESSAGES`.
 */
import { createInterface } from 'node:readline';
import { finalize, world } from 'tsmpi';

const [rounds = 0, messages = 0] = process.argv.slice(2).map(Number);

async function round(): Promise<number> {
  const start = performance.now();
  for (let message = 0; message < messages; message += 1) {
    if (world.rank === 0) await world.send(message, 1);
    else await world.receive(0);
    if (world.rank === 0) await world.receive(1);
    else await world.send(message, 0);
  }
  return performance.now() - start;
}

async function fastest(): Promise<number> {
  let best = Number.POSITIVE_INFINITY;
  for (let at = 0; at < rounds; at += 1) best = Math.min(best, await round());
  return best;
}

if (world.rank === 0) {
  await fastest();
  console.log('ready');
  for await (const name of createInterface(process.stdin)) {
    await world.send(true, 1);
    console.log(`${name}: ${await fastest()} ms`);
  }
  await world.send(false, 1);
} else {
  await fastest();
  while (await world.receive<boolean>(0)) await fastest();
}
await finalize();

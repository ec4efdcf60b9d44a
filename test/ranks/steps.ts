/** Rank 0 sends a sum through all others each time it reads a line. */
import { createInterface } from 'node:readline';
import { world } from 'tsmpi';

const { rank, size } = world;
const next = (rank + 1) % size;
if (rank === 0) {
  console.log('ready');
  for await (const line of createInterface(process.stdin)) {
    await world.send(Number(line), next);
    console.log(`sum ${await world.receive(size - 1)}`);
  }
  await world.send(null, next);
} else {
  for await (const { value } of world.messages<number | null>({ source: rank - 1 })) {
    if (rank < size - 1 || value !== null) await world.send(value && value + rank, next);
    if (value === null) break;
  }
}

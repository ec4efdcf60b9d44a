/** Rank 1 dies once rank 0 waits for it and rank 2 is busy: `die.ts SIGNAL|heap`. */
import { world } from 'tsmpi';

const [how = ''] = process.argv.slice(2);
const { rank } = world;
if (rank === 0) {
  const request = world.receive(1);
  await world.send('I wait', 1);
  await request;
}
if (rank === 2) for (;;);
await world.receive(0);
const kept: unknown[] = [];
if (how === 'heap') for (;;) kept.push(new Array(100_000).fill(rank));
process.kill(process.pid, how);
await world.receive(1);

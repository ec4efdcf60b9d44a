// Rank 1 waits in receive for a second, and tells how late its timer was meanwhile and what the wait cost.
import { setTimeout as sleep } from 'node:timers/promises';
import { finalize, world } from 'tsmpi';
import { Beat } from '../helpers/beat.ts';

if (world.rank === 0) {
  await sleep(1500);
  await world.send('done', 1);
} else {
  const beat = new Beat();
  const before = process.cpuUsage();
  await world.receive(0);
  const { user, system } = process.cpuUsage(before);
  const late = beat.stop();
  const p99 = late[Math.floor(late.length * 0.99)] ?? 0;
  console.log(JSON.stringify({ beats: late.length, p99, cpuMs: (user + system) / 1000 }));
}
await finalize();

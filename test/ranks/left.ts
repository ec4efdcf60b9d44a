/** What `leaving.ts` spawns. */
import { ok } from 'node:assert/strict';
import { parent, self, world } from 'tsmpi';

const { rank } = world;
const [what = '', ...rest] = process.argv.slice(2);
ok(parent !== undefined);

if (what === 'pair') {
  await parent.allgather(process.pid);
  await parent.disconnect();
  // They still are a world.
  await world.sendReceive(rank, 1 - rank, 1 - rank);
} else if (what === 'parent') {
  const children = await self.spawn(new URL('left.ts', import.meta.url), { n: 2, args: ['leaf'] });
  await children.disconnect();
  await parent.allgather(process.pid);
  await parent.disconnect();
} else if (what === 'leaf') {
  await parent.disconnect();
} else if (what === 'outlive') {
  await parent.disconnect();
  for (;;) {
    try {
      process.kill(Number(rest[0]), 0);
    } catch {
      break;
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  await world.barrier();
  if (rank === 0) console.log('outlived');
} else if (what === 'forgets') {
  await world.receive(0);
} else if (what === 'pending') {
  await parent.disconnect();
} else if (what === 'fails') {
  await parent.allgather(process.pid);
  await parent.disconnect();
  if (rank === 0) process.exit(3);
  await world.receive(0);
}

/** What `family.ts` spawns. */
import { equal, ok, rejects } from 'node:assert/strict';
import { parent, ROOT, self, sum, world } from 'tsmpi';

const { rank, size } = world;
const [what = '', ...rest] = process.argv.slice(2);
ok(parent !== undefined);
equal(parent.size, size);

if (what === 'ring') {
  const all = await parent.merge({ high: true });
  const [right, left] = [(all.rank + 1) % all.size, (all.rank + all.size - 1) % all.size];
  equal(await all.sendReceive<number>(all.rank, right, left), left);
  for (const length of [1, 10_000, 300_000]) {
    await all.allreduce(new Float64Array(length).fill(all.rank + 1), sum);
  }
} else if (what === 'facts') {
  await parent.gather([rank, size, process.cwd(), rest, process.env.LEVEL ?? null], { root: 0 });
} else if (what === 'tree') {
  const depth = Number(rest[0]);
  let below = 0;
  if (depth > 1) {
    const args = ['tree', String(depth - 1)];
    const children = await self.spawn(new URL('offspring.ts', import.meta.url), { n: 2, args });
    below =
      (await children.gather<number>(undefined, { root: ROOT }))?.reduce((a, b) => a + b) ?? 0;
  }
  await parent.gather(1 + below, { root: 0 });
} else if (what === 'tell') {
  for (let dest = 0; dest < parent.remoteSize; dest += 1) {
    await parent.send(`${rest[0]} ${rank}`, dest);
  }
} else if (what === 'tolerant') {
  if (rank === 0 && rest[0] === 'kill') process.kill(process.pid, 'SIGKILL');
  if (rank === 0) throw new Error('as it should');
  for (let dest = 0; dest < parent.remoteSize; dest += 1) await parent.send('well', dest);
  await rejects(world.receive(0), { code: 'ERR_PROC_FAILED' });
  for (let dest = 0; dest < parent.remoteSize; dest += 1) equal(await parent.receive(dest), 'go');
  for (let dest = 0; dest < parent.remoteSize; dest += 1) await parent.send('gone on', dest);
} else if (what === 'stay') {
  await rejects(parent.receive(0), /rank 0 of the other group has finished/);
  equal(await world.allreduce(1, sum), size);
  if (rank === 0) console.log('stayed');
}

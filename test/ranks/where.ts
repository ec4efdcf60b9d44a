/** Four ranks, each in another kind of wait until the file GATE exists: `where.ts GATE`. */
import { existsSync, writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { world } from 'tsmpi';

const { rank } = world;
const [gate = ''] = process.argv.slice(2);

async function part(from: number): Promise<unknown> {
  return await world.receive(from, { tag: 7 });
}

writeSync(1, `ready ${rank}\n`);
if (rank === 0) await part(2);
if (rank === 1) await Promise.all([world.receive(2, { tag: 1 }), part(2)]);
if (rank === 2) {
  while (!existsSync(gate));
  for (const dest of [0, 1]) await world.send('part', dest, { tag: 7 });
  await world.send('more', 1, { tag: 1 });
}
if (rank === 3) {
  const request = world.receive(1);
  while (!existsSync(gate)) await sleep(10);
  await request.cancel();
}
console.log(`done ${rank}`);

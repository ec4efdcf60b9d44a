/** Spawns `spawned.ts` with all its arguments, tells of it and of what it hears: `spawner.ts [tolerant] N ARGUMENT…` */
import { world } from 'tsmpi';

const [first = '', ...rest] = process.argv.slice(2);
const tolerant = first === 'tolerant';
const [n = 1, ...args] = tolerant ? rest : [first, ...rest];
const [program = 'spawned.ts', hosts] = (process.env.SPAWN ?? '').split('@');
// More than the system takes, and so more than this program could be given.
if (args[0] === 'long') args.push('x'.repeat(200_000));
const options = { n: Number(n), args, env: { SPAWN: '' }, tolerant, ...(hosts ? { hosts } : {}) };
try {
  const children = await world.spawn(program || 'spawned.ts', options);
  console.log(`${children.remoteSize} are there`);
  if (process.env.SPAWN_EXIT !== undefined) process.exit(Number(process.env.SPAWN_EXIT));
  for (let heard = 0; world.rank === 0 && heard < children.remoteSize; heard += 1) {
    console.log(`heard ${await children.receive()}`);
  }
} catch (error) {
  console.log(String(error));
}

/** Ranks that are not in the same collective call: `mismatch.ts operation|root|missing|late`. */
import { world } from 'tsmpi';

const { rank } = world;
const [kind] = process.argv.slice(2);

async function news(root: number): Promise<unknown> {
  return await world.broadcast('news', { root });
}

await world.barrier();
if (kind === 'operation') {
  if (rank === 0) await world.broadcast('x');
  else await world.barrier();
}
if (kind === 'root') await news(rank === 1 ? 1 : 0);
if (kind === 'missing' && rank !== 1) await world.barrier();
if (kind === 'late') {
  if (rank === 1) await world.receive(0, { tag: 5 });
  await world.barrier();
}

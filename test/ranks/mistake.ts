/** Rank 0 makes one mistake after the other, with rank 1 for a partner, and prints what it is told. */
import { world } from 'tsmpi';

const partner = 1;
async function tell(mistake: Promise<unknown>): Promise<void> {
  console.log(String(await mistake.catch((error) => `${error.code} ${error.message}`)));
}

if (world.rank === 0) {
  await tell(world.send(1, world.size));
  await tell(world.receive(-7));
  await tell(world.send(1, partner, { tag: -5 }));
  await tell(world.send({ jobs: [1, { callback: () => 1 }] }, partner));
  await tell(world.receive(partner, { tag: 1, into: new Float64Array(10) }));
  await tell(world.receive(partner, { tag: 2, into: new Float64Array(10) }));
  const into = new Float64Array(10);
  const first = world.receive(partner, { tag: 3, into });
  await tell(world.receive(partner, { tag: 3, into: into.subarray(5) }));
  await world.send('go on', partner);
  await tell(first);
} else {
  await world.send(new Float64Array(20), 0, { tag: 1 });
  await world.send(new Float64Array(20_000), 0, { tag: 2 });
  await world.receive(0);
  await world.send(new Float64Array(10).fill(1), 0, { tag: 3 });
}

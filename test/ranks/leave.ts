/** Rank 0 leaves though the others wait for it: `leave.ts exit|end`. */
import { world } from 'tsmpi';

async function collect(): Promise<unknown> {
  return await world.receive(0, { tag: 7 });
}

if (world.rank > 0) {
  const collected = collect();
  await world.send('I wait', 0);
  await collected;
} else {
  for (let i = 1; i < world.size; i++) await world.receive();
  if (process.argv[2] === 'exit') process.exit(0);
}

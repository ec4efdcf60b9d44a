/** Ways to the end of a program: `finalize.ts HOW`. */
import { finalize, world } from 'tsmpi';

const { rank } = world;
const [how] = process.argv.slice(2);
if (how === 'unsettled') await new Promise(() => {});
if (how === 'implicit') {
  if (rank === 0) void world.send('x'.repeat(1_000_000), 1);
  else console.log((await world.receive<string>(0)).length);
}
if (how === 'twice') {
  await Promise.all([finalize(), finalize()]);
  await finalize();
  console.log('finalized');
}
if (how === 'exit') {
  await finalize();
  process.exit(0);
}
if (how === 'use') {
  await finalize();
  await world.send('too late', 0);
}
if (how === 'alone') {
  await world.receive(0, { tag: 3 });
}

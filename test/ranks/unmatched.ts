/** Rank 0 sends more than rank 1 receives, and rank 1 finalizes with receives for which nothing has come. */
import { finalize, world } from 'tsmpi';

const { rank } = world;
const pair = await world.duplicate({ name: 'pair' });
const freed = await world.duplicate({ name: 'freed' });

if (rank === 0) {
  for (let n = 0; n < 3; n += 1) await world.send(n, 1, { tag: 5 });
  await pair.send(new Float64Array(10), 1, { tag: 7 });
  await freed.send('unread', 1, { tag: 8 });
  await world.send('go', 1, { tag: 1 });
  await world.receive(1, { tag: 2 });
  await world.send('late', 1, { tag: 6 });
  await freed.free();
} else {
  await world.receive(0, { tag: 1 });
  await world.probe(0, { tag: 5 });
  void world.receive(0, { tag: 20 });
  for (let n = 0; n < 2; n += 1) void world.receiveInit(0, { tag: 21 }).start();

  // None of these is told.
  await world.receive(0, { tag: 22 }).cancel();
  await world.receive(0, { tag: 23, timeout: 1 }).catch(() => {});
  void world.probe(0, { tag: 24 });
  const received = world.messages({ tag: 25 });
  received.next().catch(() => {});
  await world.send('finalizing', 0, { tag: 2 });
  await freed.free();
  await finalize();
}

/** Rank 0 sends 100,000 messages of 1 KiB; rank 1 reads none of them until rank 0 has had to wait. */
import { world } from 'tsmpi';

const COUNT = 100_000;
const DATA = 1;
const GO = 2;

const before = process.memoryUsage.rss();
const growth = (): number => Math.round((process.memoryUsage.rss() - before) / 2 ** 20);

if (world.rank === 0) {
  const message = new Uint32Array(256);
  let waited = false;
  for (let i = 0; i < COUNT; i++) {
    message[0] = i;
    const sent = world.send(message, 1, { tag: DATA });
    if (!waited && !sent.test()) {
      waited = true;
      console.log(`rank 0 waits after ${i} messages and has grown by ${growth()} MiB`);
      await world.send('go', 1, { tag: GO });
    }
    await sent;
  }
} else {
  await world.receive(0, { tag: GO });
  console.log(`rank 1 has grown by ${growth()} MiB`);
  const into = new Uint32Array(256);
  for (let i = 0; i < COUNT; i++) {
    await world.receive(0, { tag: DATA, into });
    if (into[0] !== i) throw new Error(`message ${i} is number ${into[0]}`);
  }
  console.log(`rank 1 has all, and has grown by ${growth()} MiB`);
}

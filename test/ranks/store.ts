/** What ranks do with the store, by the name in the first argument. */
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { finalize, store, world } from 'tsmpi';

const { rank, size } = world;
const [what = '', gate = ''] = process.argv.slice(2);

/** Increments that overlap, a counter behind a lock, and a key that all wait for. */
async function count(): Promise<void> {
  const waiting = store.wait<string>('go');
  const increments = Array.from({ length: 4 }, async () => {
    for (let n = 0; n < 100; n += 1) await store.increment('n');
  });
  const locked = Array.from({ length: 2 }, async () => {
    for (let n = 0; n < 10; n += 1) {
      await using _lock = await store.lock('counter');
      const counted = (await store.get<number>('counted')) ?? 0;
      await store.put('counted', counted + 1);
    }
  });
  await Promise.all([...increments, ...locked]);
  const first = await store.compareAndSet('first', undefined, rank);
  const arrived = await store.increment('arrived');
  if (arrived === size) await store.put('go', new Float64Array(100_000).fill(rank));
  const { length } = await waiting;
  const firsts = await world.reduce(Number(first));
  const lengths = await world.reduce(length);
  if (rank === 0) {
    console.log(await store.get('n'), await store.get('counted'), firsts, lengths);
    console.log(await store.keys());
  }
}

/** Rank 0 has the lock, the others want it in their order; rank 0 dies of the test's hand, or leaves without a word. */
async function hold(leave: boolean): Promise<void> {
  for (let turn = 0; turn < size; turn += 1) {
    if (turn !== rank) continue;
    if (turn > 0) await store.wait(`turn ${turn}`);
    const lock = store.lock('l');
    await store.put(`turn ${turn + 1}`, true);
    const { abandoned } = await lock;
    if (rank === 0) await store.wait(`turn ${size}`);
    console.log(`rank ${rank} is ${process.pid}, has the lock, abandoned ${abandoned}`);
    if (rank === 0 && leave) return;
    if (rank === 0) for (;;) await sleep(1000);
    await (await lock).release();
  }
}

/** Each rank in another wait, until the file GATE exists. */
async function waits(): Promise<void> {
  if (rank === 0) {
    await using _lock = await store.lock('log');
    await store.put('held', true);
    console.log('ready 0');
    while (!existsSync(gate)) await sleep(10);
    await store.put('config', 1);
  } else {
    await store.wait('held');
    console.log(`ready ${rank}`);
    if (rank === 1) await store.lock('log');
    else await store.wait('config');
  }
}

if (what === 'count') await count();
if (what === 'hold') await hold(false);
if (what === 'leave') await hold(true);
if (what === 'waits') await waits();
if (what === 'dead-end' && rank === 0) await store.wait('never');
if (what === 'own-lock') {
  await store.lock('mine');
  if (rank === 0) await store.lock('mine');
}
await finalize();

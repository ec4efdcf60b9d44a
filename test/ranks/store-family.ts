/** A parent that has used the store before it spawns two children, and what they find there. */
import { finalize, parent, store, world } from 'tsmpi';

if (parent === undefined) {
  if (world.rank === 0) {
    await store.put('before', { kept: [1n] });
    await store.increment('n', 5);
    const lock = await store.lock('l');
    const queued = store.lock('l');
    const answer = store.wait('answer');
    await world.spawn('store-family.ts', { n: 2 });
    await store.wait('asked');
    await lock.release();
    await (await queued).release();
    console.log('parent', await answer, await store.get('n'));
  } else {
    await world.spawn('store-family.ts', { n: 2 });
  }
} else {
  const before = await store.get('before');
  await store.increment('n');
  // The parent holds it, and stands in the queue as well.
  const refused = await store.lock('l', { timeout: 1 }).catch((error: Error) => error.message);
  if ((await store.increment('tried')) === 2) await store.put('asked', true);
  await using _lock = await store.lock('l');
  const error = await store.increment('before').catch(({ message }: Error) => message);
  await store.increment('done');
  console.log('child', before, refused, error);
  if ((await store.get('done')) === 2) await store.put('answer', 'all is done');
}
await finalize();

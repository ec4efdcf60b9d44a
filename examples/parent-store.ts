// The children of parent.ts meet at a store, as child processes do at a Redis: they wait there for the
// work, take it by a counter, and leave their results. Nobody polls.
// predict: may a child ask for the limit before the parent has put it there?
// run: tsrun -n 1 examples/parent-store.ts
// ranks: 1-3
// change: leave out the barrier in child-store.ts.
// explain: then child 0 opens the door when it is done itself, and the parent may come before the others
//   have put their results: the sum is too small now and then.
// prints:
//   child 0: starting
//   child 1: starting
//   child 2: starting
//   child 3: starting
//   child 4: starting
//   child 0: done
//   child 1: done
//   child 2: done
//   child 3: done
//   child 4: done
//   9592 primes below 100000
import { finalize, store, world } from 'tsmpi';

await world.spawn(new URL('child-store.ts', import.meta.url), { n: 5 });

if (world.rank === 0) {
  await store.put('limit', 100_000);
  await store.wait('over');

  let primes = 0;
  for (const key of await store.keys('primes of ')) primes += (await store.get<number>(key)) ?? 0;
  console.log(`${primes} primes below 100000`);
  if (primes !== 9592) throw new Error('that is wrong');
}
await finalize();

// A parent starts five children side by side, child.ts, with an argument, and collects their results.
// predict: in which order do the children start, and in which are their results added up?
// run: tsrun -n 1 examples/parent.ts
// ranks: 1-3
// change: let a child throw an error before it sends.
// explain: children are ranks like any other: what one fails with is shown, with its line, and ends the
//   job. A parent of child processes would wait for ever, unless it listens for their end.
// prints:
//   child 0: starting
//   child 1: starting
//   child 2: starting
//   child 3: starting
//   child 4: starting
//   child 0: done, 2262 primes from 0 on
//   child 1: done, 1941 primes from 20000 on
//   child 2: done, 1854 primes from 40000 on
//   child 3: done, 1780 primes from 60000 on
//   child 4: done, 1755 primes from 80000 on
//   9592 primes below 100000
import { finalize, world } from 'tsmpi';

const child = new URL('child.ts', import.meta.url);
const children = await world.spawn(child, { n: 5, args: ['100000'] });

if (world.rank === 0) {
  let primes = 0;
  for (let rank = 0; rank < children.remoteSize; rank += 1) {
    primes += await children.receive<number>(rank);
  }
  console.log(`${primes} primes below 100000`);
  if (primes !== 9592) throw new Error('that is wrong');
}
await finalize();

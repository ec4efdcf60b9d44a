// What parent-store.ts starts: a child takes blocks of work from a counter until there are no more.
// spawned by: parent-store.ts
import { finalize, store, world } from 'tsmpi';

const BLOCK = 5000;

console.log(`child ${world.rank}: starting`);
const limit = await store.wait<number>('limit');
let primes = 0;
for (;;) {
  const first = ((await store.increment('blocks taken')) - 1) * BLOCK;
  if (first >= limit) break;
  const end = Math.min(first + BLOCK, limit);
  for (let n = first; n < end; n += 1) if (isPrime(n)) primes += 1;
}
await store.put(`primes of child ${world.rank}`, primes);
console.log(`child ${world.rank}: done`);

// Behind the barrier all have put theirs.
await world.barrier();
if (world.rank === 0) await store.put('over', true);
await finalize();

function isPrime(n: number): boolean {
  for (let divisor = 2; divisor * divisor <= n; divisor += 1) if (n % divisor === 0) return false;
  return n > 1;
}

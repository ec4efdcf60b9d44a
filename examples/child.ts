// What parent.ts starts five times: each child works on its part, and sends the parent what it found.
// spawned by: parent.ts
import { finalize, parent, world } from 'tsmpi';

const { rank, size } = world;
const limit = Number(process.argv[2] ?? 1000);

console.log(`child ${rank}: starting`);
const first = Math.floor((rank * limit) / size);
const end = Math.floor(((rank + 1) * limit) / size);
let primes = 0;
for (let n = first; n < end; n += 1) if (isPrime(n)) primes += 1;
console.log(`child ${rank}: done, ${primes} primes from ${first} on`);

await parent?.send(primes, 0);
await finalize();

function isPrime(n: number): boolean {
  for (let divisor = 2; divisor * divisor <= n; divisor += 1) if (n % divisor === 0) return false;
  return n > 1;
}

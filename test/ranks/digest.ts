/** Prints how much each rank reads from standard input, and its SHA-256. */
import { createHash } from 'node:crypto';
import { world } from 'tsmpi';

const hash = createHash('sha256');
let bytes = 0;
for await (const chunk of process.stdin) {
  hash.update(chunk);
  bytes += chunk.length;
}
console.log(`rank ${world.rank} read ${bytes} bytes ${hash.digest('hex')}`);

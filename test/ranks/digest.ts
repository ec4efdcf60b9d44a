/** Prints how much each rank reads from standard input, and its SHA-256: `digest.ts [RANK that reads nothing]`. */
import { createHash } from 'node:crypto';
import { closeSync } from 'node:fs';
import { world } from 'tsmpi';

const [closed] = process.argv.slice(2).map(Number);
if (world.rank === closed) {
  closeSync(0);
  console.log(`rank ${closed} has closed its input`);
  for (let from = 1; from < world.size; from += 1) await world.receive();
} else {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of process.stdin) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  console.log(`rank ${world.rank} read ${bytes} bytes ${hash.digest('hex')}`);
  if (closed !== undefined) await world.send('read', closed);
}

/** Leaves no place for what is sent to the host of rank 1, in the folder that is named, and spawns there all the same. */
import { rejects } from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { world } from 'tsmpi';

const [folder = ''] = process.argv.slice(2);
// What it needs from there is loaded then.
await world.barrier();
if (world.rank === 0) {
  rmSync(folder, { recursive: true });
  writeFileSync(folder, '');
}
await rejects(world.spawn('spawned.ts', { hosts: 'b' }), {
  code: 'ERR_SPAWN',
  message: /: host b: cannot keep what is sent there in .*; make room there, or set XDG_CACHE_HOME/,
});
await world.barrier();
if (world.rank === 0) console.log('gone on');

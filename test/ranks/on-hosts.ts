// Which ranks are on one host, as the world sees it, and how many files of memory this rank shares.
import { readFileSync } from 'node:fs';
import { finalize, world } from 'tsmpi';

const near = await world.splitType('shared');
const ranks = await near.allgather(world.rank);
const shared = /\/dev\/shm\/|#\d+ \(deleted\)/.test(readFileSync('/proc/self/maps', 'utf8'));
const all = await world.gather(`${ranks.join()} ${shared ? 'share memory' : 'share none'}`);
if (all !== undefined) console.log(all.join('\n'));
await finalize();

/** Ranks compute for MS milliseconds without giving way, between two rounds of messages: `compute.ts MS`. */
import { world } from 'tsmpi';

const ms = Number(process.argv[2]);
await world.barrier();
for (const end = performance.now() + ms; performance.now() < end; );
await world.barrier();
if (world.rank === 0) console.log('all have computed');

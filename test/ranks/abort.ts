/** Rank 1 aborts while the others wait for it: `abort.ts CODE`. */
import { abort, world } from 'tsmpi';

if (world.rank === 1) abort(Number(process.argv[2]));
await world.receive(1);

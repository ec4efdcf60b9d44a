/** All ranks compute for so long without a look at anything else, then talk: `compute.ts MS`. */
import { finalize, sum, world } from 'tsmpi';

const ms = Number(process.argv[2]);
await world.barrier();
for (const end = performance.now() + ms; performance.now() < end; ) Math.random();
const ranks = await world.allreduce(1, sum);
await finalize();
if (world.rank === 0) console.log(`${ranks} ranks computed`);

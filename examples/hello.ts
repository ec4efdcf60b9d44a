// Every rank runs the same program; its rank is all that tells it from the others.
// predict: in which order do the lines come, and will they the next time?
// run: tsrun -n 4 examples/hello.ts
// change: print `process.pid` instead of the rank.
// explain: each rank is a process of its own, with memory of its own; the program alone is the
//   same.
// prints:
//   Hello from rank 0 of 4 on node NODE
//   Hello from rank 1 of 4 on node NODE
//   Hello from rank 2 of 4 on node NODE
//   Hello from rank 3 of 4 on node NODE
import { finalize, processorName, world } from 'tsmpi';

console.log(`Hello from rank ${world.rank} of ${world.size} on node ${processorName}`);
await finalize();

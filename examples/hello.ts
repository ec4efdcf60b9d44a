// Every rank runs the same program; its rank is all that tells it from the others.
// run: tsrun -n 4 examples/hello.ts
// prints:
//   Hello from rank 0 of 4 on node NODE
//   Hello from rank 1 of 4 on node NODE
//   Hello from rank 2 of 4 on node NODE
//   Hello from rank 3 of 4 on node NODE
import { finalize, processorName, world } from 'tsmpi';

console.log(`Hello from rank ${world.rank} of ${world.size} on node ${processorName}`);
await finalize();

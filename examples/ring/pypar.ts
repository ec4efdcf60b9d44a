// The ring as in pypar, whose names are these:
//
//   pypar.rank(), pypar.size()      world.rank, world.size
//   pypar.get_processor_name()      processorName
//   pypar.send(message, 1)          await world.send(message, 1)
//   message = pypar.receive(0)      const message = await world.receive<string>(0)
//   pypar.finalize()                await finalize()
//
// predict: what does rank 2 send?
// run: tsrun -n 4 examples/ring/pypar.ts
// change: leave out the `await` of the last `world.receive`.
// explain: without `await` it is no message yet, and no text can be made of it: the error names the line. Python waits
//   in every call; here waiting is written.
// prints:
//   I am processor 0 of 4 on node NODE
//   I am processor 1 of 4 on node NODE
//   I am processor 2 of 4 on node NODE
//   I am processor 3 of 4 on node NODE
//   Processor 0 received message "P0P1P2P3" from rank 3
import { finalize, processorName, world } from 'tsmpi';

const myid = world.rank;
const numproc = world.size;
console.log(`I am processor ${myid} of ${numproc} on node ${processorName}`);

if (myid === 0) {
  await world.send('P0', 1 % numproc);
  const message = await world.receive<string>(numproc - 1);
  console.log(`Processor 0 received message "${message}" from rank ${numproc - 1}`);
} else {
  const message = await world.receive<string>(myid - 1);
  await world.send(`${message}P${myid}`, (myid + 1) % numproc);
}
await finalize();

// The ring as in mpi4py, with an object and a tag. There is one method for objects and for arrays, where
// mpi4py has `send` and `Send`, and it is also `isend`.
//
//   comm = MPI.COMM_WORLD                  const comm = world
//   comm.Get_rank(), comm.Get_size()       comm.rank, comm.size
//   comm.send(obj, dest=1, tag=11)         await comm.send(obj, 1, { tag: 11 })
//   obj = comm.recv(source=0, tag=11)      const obj = await comm.receive<Token>(0, { tag: 11 })
//   req = comm.irecv(source=0, tag=11)     const request = comm.receive<Token>(0, { tag: 11 })
//   obj = req.wait()                       const obj = await request
//
// predict: rank 0 starts to receive before anything was sent. What does it do meanwhile?
// run: tsrun -n 4 examples/ring/mpi4py.ts
// change: send with tag 12.
// explain: nobody receives that, so all wait: a deadlock. tsrun shows in which call, with
//   which tag and in which line, and ends it.
// prints:
//   Processor 0 received message "P0P1P2P3" from rank 3
import { finalize, world } from 'tsmpi';

interface Token {
  readonly names: readonly string[];
}

const comm = world;
const { rank, size } = comm;
const [dest, source] = [(rank + 1) % size, (rank + size - 1) % size];

const request = comm.receive<Token>(source, { tag: 11 });
if (rank === 0) await comm.send({ names: ['P0'] }, dest, { tag: 11 });
const { names } = await request;
if (rank === 0) {
  console.log(`Processor 0 received message "${names.join('')}" from rank ${source}`);
} else {
  await comm.send({ names: [...names, `P${rank}`] }, dest, { tag: 11 });
}
await finalize();

// The ring as in C: bytes in memory that is there, and a status that tells how many came.
//
//   MPI_Comm_rank, MPI_Comm_size                        world.rank, world.size
//   MPI_Send(buf, n, MPI_BYTE, dest, tag, comm)         await world.send(buf.subarray(0, n), dest, { tag })
//   MPI_Irecv(buf, max, MPI_BYTE, source, tag, …)       const request = world.receive(source, { tag, into: buf })
//   MPI_Wait(&request, &status)                         await request
//   MPI_Get_count(&status, MPI_BYTE, &n)                request.status.count
//   MPI_Finalize()                                      await finalize()
//
// predict: is `bytes` longer than the message, and by how much?
// run: tsrun -n 4 examples/ring/c-mpi.ts
// change: give the receive less room: `into: bytes.subarray(0, 3)`.
// explain: the 4 bytes for rank 2 do not fit: ERR_TRUNCATE, as in C. It says how much came from whom, and
//   which line had too little room, and ends the job.
// prints:
//   Processor 0 received message "P0P1P2P3" from rank 3
import { finalize, world } from 'tsmpi';

const tag = 7;
const { rank, size } = world;
const [dest, source] = [(rank + 1) % size, (rank + size - 1) % size];
const name = new TextEncoder().encode(`P${rank}`);
const bytes = new Uint8Array(6 * size);

const request = world.receive(source, { tag, into: bytes });
if (rank === 0) await world.send(name, dest, { tag });
await request;
const count = request.status?.count ?? 0;
if (rank === 0) {
  const message = new TextDecoder().decode(bytes.subarray(0, count));
  console.log(`Processor 0 received message "${message}" from rank ${source}`);
} else {
  bytes.set(name, count);
  await world.send(bytes.subarray(0, count + name.length), dest, { tag });
}
await finalize();

// The ring as with a Redis, by which programs leave messages for each other: here the job's own store.
//
//   SET for:1 P0                    await store.put('for 1', 'P0')
//   BLPOP for:1 0, or a GET in      await store.wait<string>('for 1')
//     a loop with a sleep in it
//   DEL for:1                       await store.delete('for 1')
//
// predict: who wakes rank 1 when its message is there?
// run: tsrun -n 4 examples/ring/store.ts
// change: let rank 1 end without putting anything: `process.exit()` behind its `store.wait`.
// explain: with a Redis the others would wait for ever. Here the end of one that others need ends the job.
// prints:
//   Processor 0 received message "P0P1P2P3" from rank 3
import { finalize, store, world } from 'tsmpi';

const { rank, size } = world;

if (rank === 0) await store.put(`for ${1 % size}`, 'P0');
const message = await store.wait<string>(`for ${rank}`);
if (rank === 0) {
  console.log(`Processor 0 received message "${message}" from rank ${size - 1}`);
} else {
  await store.put(`for ${(rank + 1) % size}`, `${message}P${rank}`);
}
await finalize();

// The ring as with child processes and pipes: a process starts three others, and all four are in it.
//
//   Process(target=work, args=(n,)).start()     await world.spawn(program, { n: 3, args })
//   a Pipe() for each two that talk             none: all have ranks
//   os.getppid(), process.send                  parent
//   join()                                      await finalize()
//
// predict: which rank has the process that was started first, and which have its children?
// run: tsrun -n 1 examples/ring/spawn.ts
// ranks: 1-3
// change: let the children come first: `high: parent === undefined`.
// explain: the group that is high comes last. Who was rank 0 is now the last one, and a child prints.
// prints:
//   Processor 0 received message "P0P1P2P3" from rank 3
import { finalize, parent, world } from 'tsmpi';

// The children run this very program; they have a parent.
const others = parent ?? (await world.spawn(new URL(import.meta.url), { n: 3 }));
const ring = await others.merge({ high: parent !== undefined });

const { rank, size } = ring;
if (rank === 0) {
  await ring.send('P0', 1);
  const message = await ring.receive<string>(size - 1);
  console.log(`Processor 0 received message "${message}" from rank ${size - 1}`);
} else {
  const message = await ring.receive<string>(rank - 1);
  await ring.send(`${message}P${rank}`, (rank + 1) % size);
}
await finalize();

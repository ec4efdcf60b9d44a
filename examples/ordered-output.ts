// Ranks print whenever they come to it. Lines in order are lines that one rank prints.
// predict: what can become of the order if every rank prints its own line?
// run: tsrun -n 4 examples/ordered-output.ts
// change: receive from `ANY_SOURCE` instead of `source`, and run it some times.
// explain: messages of one rank stay in order; those of several come as they come.
// prints, in this order:
//   rank 0 of 4: 0 squared is 0
//   rank 1 of 4: 1 squared is 1
//   rank 2 of 4: 2 squared is 4
//   rank 3 of 4: 3 squared is 9
import { finalize, world } from 'tsmpi';

const { rank, size } = world;
const line = `rank ${rank} of ${size}: ${rank} squared is ${rank ** 2}`;

// Passing a turn from rank to rank would not do: each rank's output comes to tsrun on a way of its
// own, and the later line may be there first.
if (rank === 0) {
  console.log(line);
  for (let source = 1; source < size; source += 1) {
    const next = await world.receive<string>(source);
    if (!next.startsWith(`rank ${source} `)) throw new Error(`wrong line: ${next}`);
    console.log(next);
  }
} else {
  await world.send(line, 0);
}
await finalize();

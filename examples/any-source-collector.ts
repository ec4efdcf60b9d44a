// Rank 0 takes results from whichever rank is ready first; the status says who that was.
// predict: which rank answers first?
// run: tsrun -n 4 examples/any-source-collector.ts
// change: give rank 1 the most to do: `(size - worker) * 1_000_000`.
// explain: answers come in the order in which they are ready; no answer waits for a slower one.
// prints:
//   rank 1 summed 1 to 1000000: 500000500000
//   rank 2 summed 1 to 2000000: 2000001000000
//   rank 3 summed 1 to 3000000: 4500001500000
//   all other ranks have answered
import { ANY_SOURCE, finalize, world } from 'tsmpi';

const { rank, size } = world;

if (rank === 0) {
  const missing = new Set(Array.from({ length: size - 1 }, (_, index) => index + 1));
  while (missing.size > 0) {
    const request = world.receive<number>(ANY_SOURCE);
    const sum = await request;
    const source = request.status?.source ?? 0;
    const limit = limitOf(source);
    if (!missing.delete(source)) throw new Error(`rank ${source} answered twice`);
    if (sum !== (limit * (limit + 1)) / 2) throw new Error(`rank ${source} summed wrongly: ${sum}`);
    console.log(`rank ${source} summed 1 to ${limit}: ${sum}`);
  }
  console.log('all other ranks have answered');
} else {
  let sum = 0;
  for (let number = 1; number <= limitOf(rank); number += 1) sum += number;
  await world.send(sum, 0);
}
await finalize();

function limitOf(worker: number): number {
  return worker * 1_000_000;
}

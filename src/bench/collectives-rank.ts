/**
 * The ranks of the benchmarks of collectives: rank 0 prints what it measured, one JSON object a line.
 *
 * `tsrun -n 4 collectives-rank.js --tests broadcast --sizes 8,1048576 --what array,rows --seconds 0.3`
 *
 * It uses tsmpi as any program does. The sizes are those of what each rank contributes; to an alltoall it
 * contributes as much for each peer.
 */
import { finalize, world } from 'tsmpi';
import { arrayAllreduce, numberAllreduce } from './collectives/allreduce.ts';
import { alltoall } from './collectives/alltoall.ts';
import { barrier } from './collectives/barrier.ts';
import { arrayBroadcast, valueBroadcast } from './collectives/broadcast.ts';
import { makeValue } from './messages/value.ts';
import { COLLECTIVE_TESTS, type CollectiveTest, VALUES } from './names.ts';
import type { Exercise } from './pace.ts';
import { readAsked, report } from './rank-program.ts';

const { tests, sizes, whats, seconds } = readAsked(COLLECTIVE_TESTS);
const { size: ranks } = world;
const each = ['microseconds', (taken: number) => taken * 1e6] as const;

async function ofArrays(
  test: CollectiveTest,
  exercise: (bytes: number) => Exercise,
): Promise<void> {
  if (!tests.includes(test) || !whats.includes('array')) return;
  for (const bytes of sizes) {
    await report({ test, what: 'array', bytes, ranks }, exercise(bytes), seconds, each);
  }
}

if (tests.includes('barrier')) await report({ test: 'barrier', ranks }, barrier(), seconds, each);
await ofArrays('broadcast', arrayBroadcast);
for (const what of tests.includes('broadcast') ? VALUES : []) {
  if (!whats.includes(what)) continue;
  await report({ test: 'broadcast', what, ranks }, valueBroadcast(makeValue(what)), seconds, each);
}
await ofArrays('allreduce', arrayAllreduce);
if (tests.includes('allreduce') && whats.includes('number')) {
  await report({ test: 'allreduce', what: 'number', ranks }, numberAllreduce(), seconds, each);
}
await ofArrays('alltoall', alltoall);
await finalize();

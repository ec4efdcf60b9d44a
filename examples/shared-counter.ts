// Tasks of unequal length, a counter that hands them out, and results that all share: the store is for
// what has no owner. Whoever is free takes the next number, and no two ranks get the same.
// predict: task 1 takes as long as all others together. How many tasks does the rank do that gets it?
// run: tsrun -n 4 examples/shared-counter.ts
// ranks: 1-8
// change: leave out the lock, and read the total and put it back as before.
// explain: two ranks may now read the same total, and what one of them adds is lost. `increment` does
//   both in one; the lock does so for anything that is more than adding one number.
// prints:
//   20 tasks by NUMBER ranks: the squares of 1 to 20 add up to 2870
import { setTimeout as sleep } from 'node:timers/promises';
import { finalize, store, sum, world } from 'tsmpi';

const TASKS = 20;

interface Total {
  readonly tasks: number;
  readonly squares: number;
}

/** Add to the total, which nobody else touches meanwhile. */
async function add(square: number): Promise<void> {
  await using _lock = await store.lock('total');
  const total = (await store.get<Total>('total')) ?? { tasks: 0, squares: 0 };
  await store.put('total', { tasks: total.tasks + 1, squares: total.squares + square });
}

let done = 0;
for (;;) {
  const task = await store.increment('task');
  if (task > TASKS) break;
  await sleep(task === 1 ? TASKS : 1);
  await add(task ** 2);
  done += 1;
}

// The last to come here opens the door for all.
if ((await store.increment('arrived')) === world.size) await store.put('over', true);
await store.wait('over');

const all = await world.reduce(done, sum);
if (all !== undefined) {
  const total = await store.get<Total>('total');
  if (all !== TASKS || total?.tasks !== TASKS) throw new Error(`${all} tasks were done`);
  if (total.squares !== (TASKS * (TASKS + 1) * (2 * TASKS + 1)) / 6) throw new Error('a wrong sum');
  console.log(
    `${TASKS} tasks by ${world.size} ranks: the squares of 1 to ${TASKS} add up to ${total.squares}`,
  );
}
await finalize();

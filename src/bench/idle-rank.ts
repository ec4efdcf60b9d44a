/**
 * What a waiting rank costs: rank 1 waits in receive, and rank 0 looks at it from outside, from 1 s
 * after it began to wait, over 2 s. Looked at from inside it would not wait undisturbed.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { finalize, world, wtime } from 'tsmpi';

const BEFORE_MS = 1000;
const OVER_MS = 2000;

/** Seconds that all threads of a process have run. */
function cpuSeconds(pid: number): number {
  const tasks = `/proc/${pid}/task`;
  let nanoseconds = 0;
  for (const thread of readdirSync(tasks)) {
    const [ran] = readFileSync(`${tasks}/${thread}/schedstat`, 'utf8').split(' ');
    nanoseconds += Number(ran);
  }
  return nanoseconds * 1e-9;
}

if (world.rank === 1) {
  await world.send(process.pid, 0);
  await world.receive(0);
} else {
  const pid = await world.receive<number>(1);
  await sleep(BEFORE_MS);
  const before = cpuSeconds(pid);
  const start = wtime();
  await sleep(OVER_MS);
  const percent = (100 * (cpuSeconds(pid) - before)) / (wtime() - start);
  console.log(JSON.stringify({ test: 'idle', what: 'receive', percent }));
  await world.send('go on', 1);
}
await finalize();

/** Rank 1 waits in receive 25 times for 40 ms, and tells what share of a processor that took. */
import { setTimeout as sleep } from 'node:timers/promises';
import { world } from 'tsmpi';

const WAITS = 25;

if (world.rank === 0) {
  for (let wait = 0; wait <= WAITS; wait += 1) {
    await world.receive(1);
    await sleep(40);
    await world.send(wait, 1);
  }
} else {
  const wait = async (): Promise<void> => {
    await world.send('I wait', 0);
    await world.receive(0);
  };
  // The first compiles and loads what the others use.
  await wait();
  const [start, before] = [performance.now(), process.cpuUsage()];
  for (let waits = 0; waits < WAITS; waits += 1) await wait();
  const { user, system } = process.cpuUsage(before);
  const ms = performance.now() - start;
  console.log(JSON.stringify({ ms, cpuMs: (user + system) / 1000 }));
}

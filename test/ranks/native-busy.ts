/** Rank 1 computes in C for two seconds, and meanwhile answers what rank 0 asks, and takes part in a sum. */
import { sum, world } from 'tsmpi';
import { native } from 'tsmpi/native';

const SECONDS = 2;

const { compute } = await native('./native.c', { compute: 'uint64_t compute(double seconds)' });

if (world.rank === 1) {
  let isComputing = true;
  const rounds = compute(SECONDS).then((result) => {
    isComputing = false;
    return result;
  });
  await world.allreduce(1, sum);
  console.log(`summed while it computes: ${isComputing}`);
  while (isComputing) {
    await world.receive(0);
    await world.send(isComputing, 0);
  }
  console.log(`computed: ${(await rounds) > 0n}`);
} else {
  await world.allreduce(2, sum);
  const times: number[] = [];
  for (let isComputing = true; isComputing; ) {
    const asked = performance.now();
    isComputing = await world.sendReceive<boolean>('ping', 1);
    times.push(performance.now() - asked);
  }
  const [median = Number.NaN] = times.toSorted((a, b) => a - b).slice(times.length / 2);
  console.log(`median ${median} ms of ${times.length} answers`);
}

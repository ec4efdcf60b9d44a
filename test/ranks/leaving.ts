/** Spawns `left.ts` in the way that the first argument says, and disconnects from it. */
import { deepStrictEqual, equal } from 'node:assert/strict';
import { type Intercommunicator, self, world } from 'tsmpi';

const [what = '', ...rest] = process.argv.slice(2);
const { rank, size } = world;

/** Wait until a process is gone. */
async function gone(pid: number): Promise<void> {
  for (;;) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

async function pidsOf(children: Intercommunicator): Promise<number[]> {
  const pids = await children.allgather<number>(rank);
  await children.disconnect();
  return pids;
}

/** Children come and go, a pair at a time, while the parents go on. */
async function series(): Promise<void> {
  const rounds = Number(rest[0]);
  for (let round = 0; round < rounds; round += 1) {
    const pids = await pidsOf(await world.spawn('left.ts', { n: 2, args: ['pair', `${size}`] }));
    await Promise.all(pids.map(gone));
  }
  equal(await world.allreduce(1, (a, b) => a + b), size);
  if (rank === 0) console.log(`${2 * rounds} came and went`);
}

/** Each rank has children of its own, and these have some. */
async function alone(): Promise<void> {
  const pids = await pidsOf(await self.spawn('left.ts', { args: ['parent'] }));
  await Promise.all(pids.map(gone));
  await world.barrier();
  if (rank === 0) console.log('done');
}

/** The child outlives its parents. */
async function outlive(): Promise<void> {
  const children = await world.spawn('left.ts', { n: 2, args: ['outlive', String(process.pid)] });
  await children.disconnect();
}

/** One side never disconnects. */
async function onesided(): Promise<void> {
  const children = await world.spawn('left.ts', { args: ['forgets'] });
  await children.disconnect();
}

/** A receive that nothing comes for holds it up. */
async function pending(): Promise<void> {
  const children = await world.spawn('left.ts', { args: ['pending'] });
  void children.receive(0, { tag: 7 });
  await children.disconnect();
}

/** Those that have disconnected fail, and the parents do not. */
async function failing(): Promise<void> {
  const [pid] = await pidsOf(await world.spawn('left.ts', { n: 2, args: ['fails'] }));
  await gone(pid as number);
  deepStrictEqual(await world.allgather(rank), [...Array(size).keys()]);
  if (rank === 0) console.log('gone on');
}

const ways: Readonly<Record<string, () => Promise<void>>> = {
  series,
  alone,
  outlive,
  onesided,
  pending,
  failing,
};
await ways[what]?.();

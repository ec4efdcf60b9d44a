/** Communicators, topologies and intercommunicators in real processes, checked by what every rank can work out. */
import { deepStrictEqual } from 'node:assert';
import { finalize, Intercommunicator, PROC_NULL, ROOT, UNDEFINED, world } from 'tsmpi';

const { rank, size } = world;
const everyone = Array.from({ length: size }, (_, other) => other);

/** Make, use and free communicators: early messages, long ones, and ones that are under way when it is freed. */
async function families(): Promise<void> {
  for (let round = 0; round < 60; round += 1) {
    const half = await world.split(rank % 2, -rank);
    const copy = await half?.duplicate();
    if (half === undefined || copy === undefined) throw new Error('every rank has a color');
    const mine = everyone.filter((other) => other % 2 === rank % 2).reverse();
    deepStrictEqual(copy.group.worldRanks, mine);
    const [to, from] = [(copy.rank + 1) % copy.size, (copy.rank + copy.size - 1) % copy.size];
    const long = new Float64Array(round % 7 === 0 ? 20_000 : 3).fill(rank + round);
    const sending = copy.send(long, to);
    const receiving = copy.receive<Float64Array>();
    await copy.free();
    deepStrictEqual(
      await receiving,
      long.map(() => (mine[from] as number) + round),
    );
    await sending;
    await half.free();
  }
}

async function groups(): Promise<void> {
  const first = await world.create(world.group.include([size - 1, 0].slice(0, Math.min(2, size))));
  deepStrictEqual(first?.rank, rank === size - 1 ? 0 : rank === 0 ? 1 : undefined);
  const none = await world.split(rank === 0 ? UNDEFINED : 0);
  deepStrictEqual(none?.size, rank === 0 ? undefined : size - 1);
  // Each two neighbours at once, so that each rank is in two groups.
  const pairs = everyone.filter((pair) => pair === rank || (pair + 1) % size === rank);
  const making = pairs.map(async (pair) => {
    const ranks = [pair, (pair + 1) % size];
    const two = await world.createGroup(world.group.include(ranks), { tag: pair });
    return await two.allgather(rank);
  });
  deepStrictEqual(
    await Promise.all(making),
    pairs.map((pair) => [pair, (pair + 1) % size]),
  );
}

async function topologies(): Promise<void> {
  const line = await world.cartesian([0, 1], { periods: [false, true] });
  if (line === undefined) throw new Error('the grid has all ranks');
  const values = [0, 1, 2, 3].map((way) => new Int32Array(9000).fill(10 * rank + way));
  const arrived = await line.neighborAlltoall(values);
  const { source, dest } = line.shift(0);
  deepStrictEqual(
    arrived.map((array) => array?.[8999]),
    [
      source === PROC_NULL ? undefined : 10 * source + 1,
      dest === PROC_NULL ? undefined : 10 * dest,
      10 * rank + 3,
      10 * rank + 2,
    ],
  );
  const star = await world.distributedGraph(
    rank === 1 ? [{ source: 0, destinations: everyone }] : [],
  );
  deepStrictEqual(await star.neighborAllgather(`of ${rank}`), ['of 0']);
}

async function between(): Promise<void> {
  const side = rank % 2;
  const half = await world.split(side);
  const inter = await half?.intercommunicator(0, world, 1 - side);
  if (!(inter instanceof Intercommunicator)) throw new Error('every rank has a color');
  const there = everyone.filter((other) => other % 2 !== side);
  deepStrictEqual(await inter.allgather(rank), there);
  const sum = there.reduce((total, other) => total + other, 0);
  deepStrictEqual(await inter.allreduce(rank), sum);
  const root = side === 1 ? 0 : inter.rank === 0 ? ROOT : PROC_NULL;
  const news = await inter.broadcast(rank === 0 ? new Uint8Array(70_000).fill(7) : undefined, {
    root,
  });
  deepStrictEqual(news?.[69_999], rank === 0 || side === 1 ? 7 : undefined);
  const merged = await inter.merge({ high: side === 0 });
  const order = [
    ...everyone.filter((other) => other % 2 === 1),
    ...everyone.filter((other) => other % 2 === 0),
  ];
  deepStrictEqual(await merged.allgather(rank), order);
  await Promise.all([inter.free(), merged.free()]);
}

await families();
await groups();
await topologies();
await between();
await finalize();
if (rank === 0) console.log('done');

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import test from 'ava';
import type { Communicator } from '../../src/comm/communicator.ts';
import { runRanks } from '../../src/testing.ts';

test('nothing can be started on a communicator that was freed', async (t) => {
  await runRanks(2, async (world) => {
    const { rank } = world;
    const copy = await world.duplicate({ name: 'copy' });
    t.false(copy.freed);
    const freeing = copy.free();
    t.true(copy.freed);
    const who = `rank ${rank} of copy (rank ${rank} of the world)`;
    const calls: [call: string, start: () => Promise<unknown>][] = [
      ['send to 0, tag 0', () => copy.send(1, 0)],
      ['receive from 0, any tag', () => copy.receive(0)],
      ['probe for 0, any tag', () => copy.probe(0)],
      ['barrier #2', () => copy.barrier()],
      ['broadcast(root 0) #3', () => copy.broadcast(1)],
      ['split #4', () => copy.split(0)],
      ['duplicate #5', () => copy.duplicate()],
      ['createGroup', () => copy.createGroup(copy.group)],
    ];
    for (const [call, start] of calls) {
      await t.throwsAsync(start(), {
        code: 'ERR_COMM',
        message: `${who}: ${call}: the communicator was freed`,
      });
    }
    t.throws(() => copy.iprobe(0), { code: 'ERR_COMM' });
    await t.throwsAsync(copy.free(), {
      code: 'ERR_COMM',
      message: `${who}: free: the communicator was freed already`,
    });
    await freeing;
  });
});

test('world and self cannot be freed', async (t) => {
  await runRanks(1, async (world) => {
    await t.throwsAsync(world.free(), {
      code: 'ERR_COMM',
      message: 'rank 0: free: world lasts as long as the job; free what was made of it',
    });
    t.false(world.freed);
  });
});

test('what was started before still completes, whatever its protocol', async (t) => {
  for (let seed = 0; seed < 30; seed += 1) {
    await runRanks(
      3,
      async (world) => {
        const { rank, size } = world;
        const copy = await world.duplicate();
        const [to, from] = [(rank + 1) % size, (rank + 2) % size];
        const under: Promise<unknown>[] = [
          copy.receive(from),
          copy.receive(from),
          copy.barrier(),
          copy.broadcast(rank === 1 ? 'late' : undefined, { root: 1 }),
          copy.send(Float64Array.of(rank), to, { mode: 'synchronous' }),
          copy.send(`words of ${rank}`, to),
        ];
        await copy.free();
        const [first, second, , fromRoot] = await Promise.all(under);
        t.deepEqual([first, second, fromRoot], [Float64Array.of(from), `words of ${from}`, 'late']);
      },
      { seed, eagerBytes: seed % 3 === 0 ? 0 : 1000 },
    );
  }
});

test('a receive that nothing comes for does not hold free up', async (t) => {
  await runRanks(2, async (world) => {
    const copy = await world.duplicate();
    const never = copy.receive(1 - world.rank);
    await copy.free();
    t.true(await never.cancel());
    await t.throwsAsync(never, { code: 'ERR_CANCELLED' });
    await world.barrier();
  });
});

test('a send that nobody receives is dropped when the communicator is freed', async (t) => {
  for (let seed = 0; seed < 20; seed += 1) {
    await runRanks(
      2,
      async (world) => {
        const copy = await world.duplicate();
        const unread = copy.send(new Uint8Array(100), 1 - world.rank);
        await copy.free();
        await unread;
        t.pass();
      },
      { seed, eagerBytes: 0 },
    );
  }
});

test('a rank that does not free is missed', async (t) => {
  const run = runRanks(2, async (world) => {
    const copy = await world.duplicate({ name: 'copy' });
    if (world.rank === 0) await copy.free({ timeout: 20 });
    else await world.receive(0);
  });
  await t.throwsAsync(run, {
    code: 'ERR_TIMEOUT',
    message:
      'rank 0 of copy (rank 0 of the world): free #1: not complete within 20 ms; it waits for rank 1',
  });
});

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Make parts of parts, use them, and free them again. */
async function cycle(world: Communicator, number: number): Promise<void> {
  const half = await world.split(world.rank % 2, number % 2 === 0 ? 0 : -world.rank);
  if (half === undefined) throw new Error('no part');
  const other = (half.rank + 1) % half.size;
  const got = half.sendReceive(number, other);
  const copy = await half.duplicate();
  if ((await got) !== number) throw new Error('a message of another cycle came');
  await Promise.all([half.free(), copy.free()]);
}

test('10,000 communicators come and go without a trace', async (t) => {
  t.timeout(80_000);
  const used: number[] = [];
  await runRanks(4, async (world) => {
    for (let number = 0; number < 6000; number += 1) {
      await cycle(world, number);
      if (world.rank !== 0 || number % 1000 !== 999) continue;
      collectGarbage();
      used.push(process.memoryUsage().heapUsed);
    }
  });
  const [, second = 0] = used;
  t.true((used.at(-1) as number) - second < 300_000, `heap: ${used}`);
});

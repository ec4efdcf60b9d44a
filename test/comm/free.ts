import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import test, { type ExecutionContext } from 'ava';
import type { Communicator } from '../../src/comm/communicator.ts';
import { Mailboxes } from '../../src/match/mailboxes.ts';
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

/** The mailboxes of all ranks that are made from now on. */
function watchMailboxes(t: ExecutionContext): Set<Mailboxes> {
  const all = new Set<Mailboxes>();
  const { open } = Mailboxes.prototype;
  Mailboxes.prototype.open = function (endpoint) {
    all.add(this);
    return open.call(this, endpoint);
  };
  t.teardown(() => {
    Mailboxes.prototype.open = open;
  });
  return all;
}

test.serial('what comes too late, for a communicator that is closed, is not kept', async (t) => {
  for (let seed = 0; seed < 40; seed += 1) {
    const mailboxes = watchMailboxes(t);
    const contexts = new Set<number>();
    await runRanks(
      5,
      async (world) => {
        const copy = await world.duplicate();
        // From here no barrier goes straight to that rank, so this may come after it is over.
        void copy.send(new Uint8Array(500), (world.rank + 3) % 5);
        await copy.free();
        await world.barrier({ algorithm: 'linear' });
        await world.alltoall([0, 0, 0, 0, 0]);
      },
      { seed },
    );
    for (const mailbox of mailboxes) {
      for (let context = 0; context < 100; context += 1) {
        if ([...mailbox.unread(context)].length > 0) contexts.add(context);
      }
      t.is(mailbox.size, 4, 'world and self are open');
    }
    t.deepEqual([...contexts], []);
  }
});

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

test.serial('10,000 communicators come and go without a trace', async (t) => {
  t.timeout(80_000);
  const mailboxes = watchMailboxes(t);
  const used: number[] = [];
  await runRanks(4, async (world) => {
    for (let number = 0; number < 5000; number += 1) {
      await cycle(world, number);
      if (world.rank !== 0 || number % 1000 !== 999) continue;
      collectGarbage();
      used.push(process.memoryUsage().heapUsed);
      // World and self on each rank, and a few that others have not closed yet.
      const open = [...mailboxes].reduce((sum, { size }) => sum + size, 0);
      t.true(open < 16 + 40, `${open} contexts are open`);
    }
  });
  for (const { size } of mailboxes) t.is(size, 4);
  const [, second = 0] = used;
  t.true((used.at(-1) as number) - second < 500_000, `heap: ${used}`);
});

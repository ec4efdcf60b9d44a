/** Spawns itself in the way that the first argument says, and checks that what goes between the generations arrives. */
import { deepStrictEqual, equal, rejects } from 'node:assert/strict';
import { fstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { type Communicator, type Intercommunicator, parent, self, sum, world } from 'tsmpi';

const [what = '', ...rest] = process.argv.slice(2);
const PROGRAM = 'kin.ts';
const LENGTHS = [0, 1, 1000, 5000, 40_000, 200_000];

function pattern(length: number, seed: number): Float64Array {
  return Float64Array.from({ length }, (_, at) => at * 3 + seed);
}

/** Every rank sends to every other, short and long, and all take part in collective calls. */
async function talk(all: Communicator): Promise<void> {
  for (const length of LENGTHS) {
    const sent = Array.from({ length: all.size }, (_, dest) => {
      return all.send(pattern(length, 100 * all.rank + dest), dest);
    });
    for (let source = 0; source < all.size; source += 1) {
      deepStrictEqual(
        await all.receive<Float64Array>(source),
        pattern(length, 100 * source + all.rank),
      );
    }
    await Promise.all(sent);
    const total = await all.allreduce(new Float64Array(length).fill(all.rank + 1), sum);
    equal(total[length - 1] ?? 0, length === 0 ? 0 : (all.size * (all.size + 1)) / 2);
  }
  for (let turn = 0; turn < 200; turn += 1) {
    const to = (all.rank + 1) % all.size;
    const from = (all.rank + all.size - 1) % all.size;
    equal(await all.sendReceive<number>(turn, to, from), turn);
  }
}

/** Parents, children, and those whom both spawn together. */
async function generations(): Promise<void> {
  const family = parent ?? (await world.spawn(PROGRAM, { n: 2, args: ['generations'] }));
  const both = await family.merge();
  await talk(both);
  const youngest = await both.spawn(PROGRAM, { n: 2, args: ['youngest'] });
  await tell(await youngest.merge());
}

async function tell(all: Communicator): Promise<void> {
  await talk(all);
  const maps = await all.gather(readFileSync('/proc/self/maps', 'utf8').includes('zeromq'), {});
  if (maps === undefined) return;
  const loaded = maps.filter(Boolean).length;
  console.log(`${all.size} have talked, ${loaded} with ZeroMQ`);
}

/** The file that is the memory of this job. */
function usedBytes(): number {
  for (const name of readdirSync('/proc/self/fd')) {
    try {
      if (!readlinkSync(`/proc/self/fd/${name}`).startsWith('/dev/shm/')) continue;
      return fstatSync(Number(name)).blocks * 512;
    } catch {
      // It was open to read the folder.
    }
  }
  return 0;
}

/** One pair of children after the other. */
async function series(): Promise<void> {
  if (parent !== undefined) {
    const long = await parent.receive<Float64Array>(0);
    await parent.send(long, 0);
    await world.barrier();
    return;
  }
  const used: number[] = [];
  const files: number[] = [];
  for (let time = 0; time < Number(rest[0]); time += 1) {
    const children = await self.spawn(PROGRAM, { n: 2, args: ['series'] });
    for (const child of [0, 1]) {
      await children.send(pattern(20_000, time), child);
      deepStrictEqual(await children.receive<Float64Array>(child), pattern(20_000, time));
    }
    // Until they have finished: who receives from them then is told so.
    for (const child of [0, 1]) await rejects(children.receive(child), /has finished/);
    used.push(usedBytes());
    files.push(readdirSync('/proc/self/fd').length);
  }
  const grown = (used.at(-1) ?? 0) - (used[0] ?? 0);
  const opened = (files.at(-1) ?? 0) - (files[0] ?? 0);
  console.log(`${used.length} pairs, ${grown / 1024} KiB and ${opened} files more`);
}

/** A child is killed while it is sent to; the next one is well. */
async function killed(): Promise<void> {
  if (parent !== undefined) {
    await parent.receive(0);
    if (rest[0] === 'die')
      setTimeout(() => process.kill(process.pid, 'SIGKILL'), Math.random() * 30);
    for (;;) {
      const array = await parent.receive<Float64Array>(0);
      if (array.length === 0) break;
    }
    await parent.send('all', 0);
    return;
  }
  const array = pattern(2_000_000, 7);
  const begin = async (how: string): Promise<Intercommunicator> => {
    const child = await self.spawn(PROGRAM, { n: 1, args: ['killed', how], tolerant: true });
    await child.send('go', 0);
    return child;
  };
  for (let time = 0; time < Number(rest[0]); time += 1) {
    const child = await begin('die');
    await rejects(
      async () => {
        for (;;) await child.send(array, 0, { mode: 'synchronous' });
      },
      { code: 'ERR_PROC_FAILED' },
    );
    const heir = await begin('live');
    for (let n = 0; n < 3; n += 1) await heir.send(array, 0);
    await heir.send(new Float64Array(0), 0);
    equal(await heir.receive(0), 'all');
  }
  console.log('done');
}

if (what === 'generations') await generations();
else if (what === 'youngest') await tell(await (parent as Intercommunicator).merge());
else if (what === 'series') await series();
else if (what === 'killed') await killed();

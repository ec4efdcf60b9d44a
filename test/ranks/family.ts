/** Spawns `offspring.ts` in the way that the first argument says, and checks by what every rank can work out. */
import { deepStrictEqual, equal, match, rejects } from 'node:assert/strict';
import { type Intercommunicator, PROC_NULL, parent, ROOT, self, sum, world } from 'tsmpi';

const { rank, size } = world;
const [what = '', ...rest] = process.argv.slice(2);
const root = rank === 0 ? ROOT : PROC_NULL;
equal(parent, undefined);

/** A token goes around parents and children, in one communicator of all. */
async function ring(): Promise<void> {
  const n = Number(rest[0]);
  const children = await world.spawn('offspring.ts', { n, args: ['ring'] });
  const all = await children.merge();
  equal(all.size, size + n);
  equal(all.rank, rank);
  const token = await all.sendReceive<number>(
    all.rank,
    (all.rank + 1) % all.size,
    (all.rank + all.size - 1) % all.size,
  );
  equal(token, (all.rank + all.size - 1) % all.size);
  for (const length of [1, 10_000, 300_000]) {
    const long = new Float64Array(length).fill(rank + 1);
    const total = await all.allreduce(long, sum);
    equal(total.length, length);
    equal(total[length - 1], (all.size * (all.size + 1)) / 2);
  }
  if (rank === 0) console.log(`${all.size} in a ring`);
}

/** Everything arrives as it was given. */
async function facts(): Promise<void> {
  const here = new URL('.', import.meta.url);
  const children = await world.spawn(
    [
      { program: 'offspring.ts', args: ['facts', 'a b', '', '"$HOME"', '*', "it's", 'ä\n'] },
      {
        program: new URL('offspring.ts', here),
        n: 2,
        args: ['facts'],
        env: { LEVEL: 'a b' },
        wdir: new URL('..', here),
      },
    ],
    { name: 'mixed' },
  );
  equal(children.name, 'mixed');
  const all = await children.gather<unknown>(undefined, { root });
  if (rank !== 0) return;
  const where = process.cwd();
  const above = new URL('..', here).pathname.replace(/\/$/, '');
  deepStrictEqual(all, [
    [0, 3, where, ['a b', '', '"$HOME"', '*', "it's", 'ä\n'], null],
    [1, 3, above, [], 'a b'],
    [2, 3, above, [], 'a b'],
  ]);
  console.log('all as given');
}

/** Children have children: each adds those below it. */
async function tree(): Promise<void> {
  const children = await world.spawn('offspring.ts', { n: 2, args: ['tree', String(rest[0])] });
  const counts = await children.gather<number>(undefined, { root });
  if (rank === 0) console.log(`${counts?.reduce((all, count) => all + count, 0)} below`);
}

/** Each rank has children of its own, all at once; then all ranks have some together. */
async function alone(): Promise<void> {
  const [first, second] = await Promise.all(
    ['x', 'y'].map((name) =>
      self.spawn('offspring.ts', { n: 2, args: ['tell', `${name}${rank}`] }),
    ),
  );
  for (const [children, name] of [
    [first, 'x'],
    [second, 'y'],
  ] as const) {
    for (const at of [0, 1])
      equal(await (children as Intercommunicator).receive(at), `${name}${rank} ${at}`);
  }
  const children = await world.spawn('offspring.ts', { args: ['tell', 'all'], root: size - 1 });
  equal(await children.receive(0), 'all 0');
  console.log('done');
}

/** Who fails is replaced, while the others go on. */
async function tolerant(): Promise<void> {
  let failures = 0;
  for (let round = 0; round < 4; round += 1) {
    const args = ['tolerant', round % 2 === 0 ? 'kill' : 'throw'];
    const children = await world.spawn('offspring.ts', { n: 2, args, tolerant: true });
    equal(await children.receive(1), 'well');
    await rejects(children.receive(0), (error: Error & { code: string }) => {
      equal(error.code, 'ERR_PROC_FAILED');
      match(error.message, /: rank 0 of offspring\.ts(#\d)? (was killed by SIGKILL|failed: )/);
      failures += 1;
      return true;
    });
    await children.send('go', 1);
    // The survivor is as good as ever, and so are the parents among each other.
    equal(await children.receive(1), 'gone on');
    equal(await world.allreduce(1, sum), size);
  }
  console.log(`${failures} failures`);
}

/** More children than there is room for at once, one after the other. */
async function series(): Promise<void> {
  for (let round = 0; round < Number(rest[0]); round += 1) {
    const children = await world.spawn('offspring.ts', { args: ['tell', String(round)] });
    equal(await children.receive(0), `${round} 0`);
    await rejects(children.receive(0), /rank 0 of the other group has finished/);
  }
  console.log('done');
}

/** The parents leave at once. */
async function leave(): Promise<void> {
  await world.spawn('offspring.ts', { n: 2, args: ['stay'] });
}

/** What goes wrong is news for all, and the job goes on. */
async function wrong(): Promise<void> {
  await rejects(world.spawn('ofspring.ts', { root: size - 1 }), {
    code: 'ERR_SPAWN',
    message: new RegExp(
      `^rank ${rank}: spawn\\(root ${size - 1}\\) #1: cannot read program 'ofspring\\.ts'`,
    ),
  });
  await rejects(world.spawn('offspring.ts', { wdir: '/nowhere' }), { code: 'ERR_SPAWN' });
  await rejects(world.spawn('offspring.ts', { n: 0 }), { code: 'ERR_ARG' });
  await rejects(world.spawn('offspring.ts', { hosts: 'elsewhere' }), { code: 'ERR_SPAWN' });
  await rejects(world.spawn('offspring.ts', { args: ['tell', 'x'], timeout: 0 }), {
    code: 'ERR_TIMEOUT',
  });
  await world.barrier();
  console.log('done');
}

const ways: Readonly<Record<string, () => Promise<void>>> = {
  ring,
  facts,
  tree,
  alone,
  tolerant,
  series,
  leave,
  wrong,
};
await ways[what]?.();

// The tasks of shared-counter.ts, shared by a real Redis: what programs do that have no store of their
// own, and what one still does where programs that do not belong together share something.
// predict: which calls of shared-counter.ts does Redis have, and which take a program of several lines?
// run: tsrun -n 4 examples/redis-sync.ts
// with: redis-server (apt install redis-server), redis (npm install --no-save redis)
// ranks: 1-4
// change: let a rank end with `process.exit()` inside the lock.
// explain: the others go on only when the lock has expired, after LOCK_MS, whether its holder lives or
//   not. Redis does not know who is alive; the launcher of a job does, and frees a lock at once.
// prints:
//   20 tasks by NUMBER ranks: the squares of 1 to 20 add up to 2870
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from 'redis';
import { finalize, sum, world } from 'tsmpi';

const TASKS = 20;
const LOCK_MS = 10_000;
/** Delete the lock if it is still ours: it may have expired, and be another's by now. */
const RELEASE =
  "if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end return 0";

const { rank, size } = world;
const folder = await world.broadcast(rank === 0 ? mkdtempSync(`${tmpdir()}/redis-`) : undefined);
const path = `${folder}/socket`;
const server = rank === 0 ? await serve() : undefined;
await world.barrier();
const redis = createClient({ socket: { path } });
await redis.connect();

/** Start a Redis for this job alone: without a port, and without a file. */
async function serve(): Promise<ReturnType<typeof spawn>> {
  const args = ['--port', '0', '--unixsocket', path, '--save', ''];
  const child = spawn('redis-server', args, { stdio: ['ignore', 'pipe', 'inherit'] });
  for await (const line of createInterface(child.stdout))
    if (line.includes('ready to accept')) break;
  return child;
}

/** Add to the total, which nobody else touches meanwhile: a lock is a key that is set only if it is not there. */
async function add(square: number): Promise<void> {
  const [token, only] = [`${rank}`, { NX: true, PX: LOCK_MS }];
  while ((await redis.set('lock', token, only)) === null) await sleep(1);
  const total = JSON.parse((await redis.get('total')) ?? '{"tasks":0,"squares":0}');
  const next = { tasks: total.tasks + 1, squares: total.squares + square };
  await redis.set('total', JSON.stringify(next));
  await redis.eval(RELEASE, { keys: ['lock'], arguments: [token] });
}

let done = 0;
for (;;) {
  const task = await redis.incr('task');
  if (task > TASKS) break;
  await sleep(task === 1 ? TASKS : 1);
  await add(task ** 2);
  done += 1;
}

// A key cannot be waited for; a list can, and each entry wakes one.
if ((await redis.incr('arrived')) === size) await redis.rPush('over', Array(size).fill('yes'));
await redis.blPop('over', 0);

const all = await world.reduce(done, sum);
const total = JSON.parse((await redis.get('total')) ?? '');
if (total.squares !== (TASKS * (TASKS + 1) * (2 * TASKS + 1)) / 6) throw new Error('a wrong sum');
if (all !== undefined) {
  if (all !== TASKS || total.tasks !== TASKS) throw new Error(`${all} tasks were done`);
  console.log(
    `${TASKS} tasks by ${size} ranks: the squares of 1 to ${TASKS} add up to ${total.squares}`,
  );
}
await redis.close();
await world.barrier();
if (server?.kill()) await once(server, 'exit');
if (rank === 0) rmSync(folder ?? '', { recursive: true });
await finalize();

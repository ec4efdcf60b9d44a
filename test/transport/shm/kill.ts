import { readdirSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { canShareMemory } from '../../../src/transport/shm/system.ts';
import { lineOf, plain, Run } from '../../helpers/run.ts';

const here = canShareMemory(process.platform, process.arch) ? test : test.skip;

/** How often each process is killed; more by hand: `TSMPI_TEST_KILLS=20`. */
const KILLS = Number(process.env.TSMPI_TEST_KILLS ?? 3);
/** So many kills want more time than other tests. */
const LIMIT_MS = 60_000 + 5_000 * KILLS;
/** From a kill to the end of the job on a machine that does much else; alone it takes a twentieth. */
const PROMPT_MS = 5_000;
/** A transfer both ways takes about so long, and a kill comes anywhere in it. */
const TRANSFER_MS = 40;

/** Start the job, and let both ranks be amid a transfer. */
async function started(t: ExecutionContext): Promise<Run> {
  const run = await Run.tsrun(t, ['-n', '3', '--transport', 'shm', 'both-ways.ts']);
  await run.told('transferred 0', 'transferred 1');
  await delay(Math.random() * TRANSFER_MS);
  return run;
}

async function pidOf(run: Run, rank: number): Promise<number> {
  return Number((await run.told(new RegExp(`rank ${rank} is (\\d+)`)))[1]);
}

for (const victim of [0, 1, 2]) {
  here(
    `kill -9 of rank ${victim} amid 64 MiB both ways ends the job, and leaves nothing`,
    async (t) => {
      t.timeout(LIMIT_MS);
      const times: number[] = [];
      for (let kill = 0; kill < KILLS; kill += 1) {
        const run = await started(t);
        const pid = await pidOf(run, victim);
        const killed = performance.now();
        process.kill(pid, 'SIGKILL');
        const { code, stdout, stderr } = await run.ended;
        times.push(performance.now() - killed);
        t.is(code, 137);
        const [death = '', ...rest] = plain(stderr);
        t.true(
          death.startsWith(`tsrun: rank ${victim} was killed by SIGKILL (exit code 137)`),
          death,
        );
        for (const rank of [0, 1, 2].filter((other) => other !== victim)) {
          t.true(stdout.includes(`rank ${rank} failed: ERR_PROC_FAILED ${victim}\n`), stdout);
          const place = lineOf(
            'both-ways.ts',
            rank === 2 ? 'world.receive(1)' : 'await Promise.all',
          );
          // Ranks that fail at the same place share a line.
          const told = new RegExp(
            `^tsrun: rank(s 0-1| ${rank}) needed rank ${victim} and failed at .*${place}`,
          );
          t.true(
            rest.some((line) => told.test(line)),
            stderr,
          );
        }
        await nothingLeft(t, run);
      }
      prompt(t, times);
    },
  );
}

here('kill -9 of tsrun amid 64 MiB both ways ends the ranks, and leaves nothing', async (t) => {
  t.timeout(LIMIT_MS);
  const times: number[] = [];
  for (let kill = 0; kill < KILLS; kill += 1) {
    const run = await started(t);
    const killed = performance.now();
    run.signal('SIGKILL');
    await run.gone();
    times.push(performance.now() - killed);
    t.is((await run.ended).signal, 'SIGKILL');
    await nothingLeft(t, run);
  }
  prompt(t, times);
});

/** No process, no folder of a job, and the shared memory has no name by which it could stay. */
async function nothingLeft(t: ExecutionContext, run: Run): Promise<void> {
  await run.gone();
  t.deepEqual(
    readdirSync('/dev/shm').filter((name) => name.startsWith('tsmpi-')),
    [],
  );
}

function prompt(t: ExecutionContext, times: number[]): void {
  times.sort((a, b) => a - b);
  const [median, most] = [times[times.length >> 1] ?? 0, times.at(-1) ?? 0].map(Math.round);
  t.log(`${KILLS} kills: from the kill to the end ${median} ms, ${most} ms at most`);
  t.true((most as number) < PROMPT_MS);
}

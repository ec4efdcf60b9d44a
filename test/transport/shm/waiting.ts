import test, { type ExecutionContext } from 'ava';
import { canShareMemory } from '../../../src/transport/shm/system.ts';
import { waitingFor } from '../../../src/transport/shm/waiting.ts';
import { stateOf, until } from '../../helpers/launcher.ts';
import { Run, tsrun } from '../../helpers/run.ts';

const here = canShareMemory(process.platform, process.arch) ? test : test.skip;

async function cpuMs(t: ExecutionContext, wait: string): Promise<number> {
  const args = ['-n', '2', '--transport', 'shm', '--wait', wait, 'wait.ts'];
  const { code, stdout, stderr } = await tsrun(t, args);
  t.is(code, 0, stderr);
  return (JSON.parse(stdout) as { cpuMs: number }).cpuMs;
}

here('a rank that waits uses its processor by --wait: least parked, most spinning', async (t) => {
  const [park = 0, adaptive = 0, spin = 0] = await Promise.all(
    ['park', 'adaptive', 'spin'].map((wait) => cpuMs(t, wait)),
  );
  t.log(`park ${park} ms, adaptive ${adaptive} ms, spin ${spin} ms of 1 s`);
  // Alone on a machine each takes at least three times as long as the one before.
  t.true(adaptive > 1.5 * park);
  t.true(spin > 1.5 * adaptive);
});

for (const wait of ['spin', 'adaptive', 'park']) {
  here(`ranks that are stopped and continued lose nothing, --wait ${wait}`, async (t) => {
    const args = [
      '-n',
      '4',
      '--transport',
      'shm',
      '--wait',
      wait,
      'all-pairs.ts',
      '1000',
      '7',
      '500',
    ];
    const run = await Run.tsrun(t, args);
    // Each needs all others, so they are continued as they stop, in whatever order.
    await Promise.all(
      [0, 1, 2, 3].map(async (rank) => {
        const pid = Number((await run.told(new RegExp(`rank ${rank} stops: (\\d+)`)))[1]);
        await until('it is stopped', () => stateOf(pid).startsWith('T'));
        process.kill(pid, 'SIGCONT');
      }),
    );
    const { code, stdout, stderr } = await run.ended;
    t.is(code, 0, stderr);
    // What ranks print may come in another order than they have printed it.
    t.regex(stdout, /^12000 messages are right$/m);
  });
}

for (const crowded of [true, false]) {
  for (const alone of [true, false]) {
    const where = { crowded, alone };
    const among = `${crowded ? 'more' : 'fewer'} ranks than processors, ${alone ? 'without' : 'beside'} a network`;

    test(`who expects nothing soon sleeps at once, and nobody looks for longer than usual: ${among}`, (t) => {
      const usual = waitingFor('adaptive', where);
      t.deepEqual(waitingFor('adaptive', { ...where, mostSpinMs: 0 }), waitingFor('park', where));
      t.like(waitingFor('adaptive', { ...where, mostSpinMs: 0.3 }), { spinMs: 0.3, sleepMs: 0 });
      t.deepEqual(waitingFor('adaptive', { ...where, mostSpinMs: 1000 }), usual);
    });

    test(`what the user has asked for is done, whatever is expected: ${among}`, (t) => {
      for (const mode of ['spin', 'park'] as const) {
        const waiting = waitingFor(mode, where);
        t.deepEqual(waitingFor(mode, { ...where, mostSpinMs: 0 }), waiting);
      }
    });
  }
}

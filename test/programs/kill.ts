import test from 'ava';
import { until } from '../helpers/launcher.ts';
import { Run } from '../helpers/run.ts';

for (let repetition = 1; repetition <= 5; repetition++) {
  test(`kill -9 of tsrun leaves nothing behind, repetition ${repetition}`, async (t) => {
    const run = await Run.tsrun(t, ['-n', '4', 'hang.ts', 'receive', 'busy', 'child', 'sleep']);
    await run.told('ready 0', 'ready 1', 'ready 2', 'ready 3');
    t.is(run.jobFolders().length, 1);
    run.signal('SIGKILL');
    await run.gone();
    t.is((await run.ended).signal, 'SIGKILL');
  });

  test(`kill -9 of tsrun while it starts ranks leaves nothing behind, repetition ${repetition}`, async (t) => {
    const run = await Run.tsrun(t, ['-n', '8', 'hang.ts', ...Array(8).fill('busy')]);
    await until('the job has a folder', () => run.jobFolders().length > 0);
    run.signal('SIGKILL');
    await run.gone();
    t.is((await run.ended).signal, 'SIGKILL');
  });
}

for (const [victim, role] of [
  [0, 'sender'],
  [1, 'receiver'],
] as const) {
  test(`kill -9 of the ${role} in the midst of 64 MiB ends the job with 137 and names it`, async (t) => {
    const run = await Run.tsrun(t, ['-n', '3', 'transfer.ts']);
    const [, pid] = await run.told('transferred', new RegExp(`rank ${victim} is (\\d+)`));
    process.kill(Number(pid), 'SIGKILL');
    const { code, stderr } = await run.ended;
    t.is(code, 137);
    t.regex(
      stderr,
      new RegExp(`^tsrun: rank ${victim} \\(.*, pid ${pid}\\) was killed by SIGKILL`),
    );
  });
}

import test from 'ava';
import { stateOf, until } from '../helpers/launcher.ts';
import { lineOf, plain, Run, tsrun } from '../helpers/run.ts';

for (const [signal, code] of [
  ['SIGKILL', 137],
  ['SIGSEGV', 139],
  ['SIGABRT', 134],
  ['SIGBUS', 135],
] as const) {
  test(`a rank killed by ${signal} ends the job with ${code}, and is named with who waited for it`, async (t) => {
    const end = await tsrun(t, ['-n', '3', 'die.ts', signal]);
    t.is(end.code, code);
    const lines = plain(end.stderr);
    const [death = ''] = lines.splice(0, 1);
    t.true(death.startsWith(`tsrun: rank 1 was killed by ${signal} (exit code ${code})`), death);
    const place = lineOf('die.ts', 'await request');
    t.deepEqual(lines, [
      'tsrun: who waited for rank 1:',
      `  rank 0  waits # s  receive from 1, any tag  ${place}`,
      `tsrun: rank 0 needed rank 1 and failed at ${place}`,
      `tsrun: rank 2 was stopped because rank 1 was killed by ${signal}; exit code ${code}`,
    ]);
  });
}

test('a rank that runs out of heap is told so, with the remedy', async (t) => {
  const args = ['-n', '3', '--node-args', '--max-old-space-size=40', 'die.ts', 'heap'];
  const end = await tsrun(t, args);
  t.is(end.code, 134);
  t.regex(end.stderr, /\ntsrun: rank 1 \(.*\) ran out of JavaScript heap and aborted/);
  t.regex(end.stderr, /\n {2}allow each rank more, in MiB, with --node-args --max-old-space-size=/);
});

async function patient(
  t: Parameters<typeof tsrun>[0],
  reaction: string,
  ...options: string[]
): Promise<Run> {
  const run = await Run.tsrun(t, [
    '-n',
    '2',
    '--deadlock',
    'ignore',
    ...options,
    'patient.ts',
    reaction,
  ]);
  await run.told('ready 0', 'ready 1');
  return run;
}

for (const [signal, passedOn, code] of [
  ['SIGTERM', 'SIGTERM', 143],
  ['SIGINT', 'SIGINT', 130],
  ['SIGHUP', 'SIGTERM', 129],
] as const) {
  test(`${signal} to tsrun lets the handlers of all ranks run, and ends with ${code}`, async (t) => {
    const run = await patient(t, 'exit', '--grace', '60');
    run.signal(signal);
    const end = await run.ended;
    t.is(end.code, code);
    t.regex(end.stdout, new RegExp(`rank 0 got ${passedOn}`));
    t.regex(end.stdout, new RegExp(`rank 1 got ${passedOn}`));
    t.regex(end.stderr, new RegExp(`^tsrun: ${signal}: the ranks have 60 s to end`));
  });
}

test('ranks without handlers are ended by SIGTERM to tsrun at once', async (t) => {
  const run = await patient(t, 'leave', '--grace', '60');
  run.signal('SIGTERM');
  t.like(await run.ended, { code: 143, stdout: run.stdout });
});

test('ranks that ignore SIGTERM are killed when the grace is over', async (t) => {
  const run = await patient(t, 'ignore', '--grace', '0.3');
  run.signal('SIGTERM');
  t.is((await run.ended).code, 143);
});

test('a second SIGINT kills at once ranks that ignore the first', async (t) => {
  const run = await patient(t, 'ignore', '--grace', '60');
  run.signal('SIGINT');
  await run.told('rank 0 got SIGINT', 'rank 1 got SIGINT');
  // One that follows closely would be taken for an echo of the first.
  setTimeout(() => run.signal('SIGINT'), 200);
  t.is((await run.ended).code, 130);
});

test('SIGUSR2 is passed on to the ranks, and the job goes on', async (t) => {
  const run = await patient(t, 'ignore');
  run.signal('SIGUSR2');
  await run.told('rank 0 got SIGUSR2', 'rank 1 got SIGUSR2');
  t.is(stateOf(run.pid).at(0), 'S');
});

test('SIGTSTP stops tsrun and all ranks, and SIGCONT lets them go on where they were', async (t) => {
  const run = await Run.tsrun(t, ['-n', '3', 'steps.ts'], { stdin: 'open' });
  run.stdin.write('10\n');
  await run.told('sum 13');
  run.signal('SIGTSTP');
  const all = [run.pid, ...run.ranks()];
  t.is(all.length, 4);
  await until('all are stopped', () => all.every((pid) => stateOf(pid).startsWith('T')));
  run.stdin.end('20\n30\n');
  run.signal('SIGCONT');
  t.like(await run.ended, { code: 0, stdout: 'ready\nsum 13\nsum 23\nsum 33\n', stderr: '' });
});

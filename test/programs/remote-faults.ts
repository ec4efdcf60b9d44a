import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { stateOf, until, wardenOf } from '../helpers/launcher.ts';
import {
  agentOf,
  LAUNCHER,
  type OnHostsOptions,
  onTwoHosts,
  startOf,
  startOnHosts,
} from '../helpers/on-two-hosts.ts';
import { lineOf, plain, type Run } from '../helpers/run.ts';

// Who started whom, and what is left, is looked up in /proc.
const onLinux = process.platform === 'linux' ? test : test.skip;

/** A command that takes nothing of what it starts along when it is killed. */
const APART = 'setsid -w sh -c "{command}"';

/** What is left of a job must be gone in this time, on a machine that does much else; alone it takes a tenth of a second. */
const PROMPT_MS = 10_000;

/** Longer than the agents of a job with `--host-timeout 1` wait for a word. */
const LONG_MS = 3_500;

/** A job on two hosts whose ranks hang, each in its own way. */
async function hanging(
  t: ExecutionContext,
  options: OnHostsOptions = {},
  ...args: string[]
): Promise<Run> {
  const program = ['hang.ts', 'receive', 'busy', 'receive', 'child'];
  const run = await startOnHosts(t, [...args, ...program], options);
  await run.told('ready 0', 'ready 1', 'ready 2', 'ready 3');
  return run;
}

/** What is told first when one of the hosts of that job is lost. */
function loss(reason: string): RegExp {
  return new RegExp(`^tsrun: host (a \\(ranks 0-1|b \\(ranks 2-3)\\) was lost: ${reason}\n`);
}

for (const launcher of [LAUNCHER, APART]) {
  onLinux(`kill -9 of tsrun leaves nothing behind on any host, by ${launcher}`, async (t) => {
    const run = await hanging(t, { launcher });
    const start = performance.now();
    run.signal('SIGKILL');
    await run.gone();
    t.true(performance.now() - start < PROMPT_MS);
    t.is((await run.ended).signal, 'SIGKILL');
  });

  onLinux(`kill -9 of what stands for ssh is the loss of its host, by ${launcher}`, async (t) => {
    const run = await hanging(t, { launcher });
    const [rank = 0] = run.ranks();
    const start = performance.now();
    process.kill(startOf(run, rank), 'SIGKILL');
    const { code, stderr } = await run.ended;
    await run.gone();
    t.true(performance.now() - start < PROMPT_MS);
    t.is(code, 1);
    t.regex(stderr, loss('(sh|setsid) was killed by SIGKILL'));
    t.is(stderr.split('was lost').length, 3, stderr);
  });

  onLinux(`an agent that is silent is the loss of its host, by ${launcher}`, async (t) => {
    const run = await hanging(t, { launcher }, '--host-timeout', '1');
    const agent = agentOf(run.ranks()[0] ?? 0);
    process.kill(agent, 'SIGSTOP');
    const { code, stderr } = await run.ended;
    t.is(code, 1);
    const remedy = 'is it up and connected\\? --host-timeout S allows longer silence';
    t.regex(stderr, loss(`nothing was heard from it for 1 s\n {2}${remedy}`));
    // Where nobody can end it, it ends itself as soon as it can.
    if (launcher === APART) process.kill(agent, 'SIGCONT');
    await run.gone();
  });
}

onLinux('kill -9 of an agent is the loss of its host, told once and with its name', async (t) => {
  const run = await hanging(t);
  const [rank = 0] = run.ranks();
  process.kill(agentOf(rank), 'SIGKILL');
  const { code, stderr } = await run.ended;
  t.is(code, 1);
  t.regex(stderr, loss('sh ended with exit code 137(: Killed)?'));
});

onLinux('an agent that is asked to end clears up itself, and says so', async (t) => {
  const run = await hanging(t);
  const agent = agentOf(run.ranks()[0] ?? 0);
  process.kill(wardenOf(agent), 'SIGKILL');
  process.kill(agent, 'SIGTERM');
  const { code, stderr } = await run.ended;
  await run.gone();
  t.is(code, 1);
  t.regex(stderr, loss('its agent got SIGTERM, and ended its ranks'));
});

onLinux('kill -9 of a rank ends the job, and names rank, host and process', async (t) => {
  const run = await hanging(t);
  const [rank = 0] = run.ranks();
  process.kill(rank, 'SIGKILL');
  const { code, stderr } = await run.ended;
  t.is(code, 137);
  t.regex(stderr, new RegExp(`^tsrun: rank \\d \\([ab], pid ${rank}\\) was killed by SIGKILL`));
});

onLinux('ranks that compute for longer than --host-timeout are no loss of a host', async (t) => {
  const args = ['--per-node', '1', '--host-timeout', '1', 'compute.ts', '2500'];
  const end = await onTwoHosts(t, args);
  t.like(end, { code: 0, stdout: '2 ranks computed\n', stderr: '' });
});

onLinux('a tsrun that is stopped without a word is given up by its agents', async (t) => {
  const run = await hanging(t, {}, '--host-timeout', '1');
  run.signal('SIGSTOP');
  await until('the ranks are gone', () => run.ranks().length === 0);
  run.signal('SIGCONT');
  const { code, stderr } = await run.ended;
  t.is(code, 1);
  t.regex(stderr, loss('its agent heard nothing from tsrun for 3 s, and ended its ranks'));
});

onLinux(
  'SIGTSTP stops ranks for longer than --host-timeout, SIGCONT lets them go on',
  async (t) => {
    const args = ['-n', '3', '--host-timeout', '1', 'steps.ts'];
    const run = await startOnHosts(t, args, { stdin: 'open' });
    run.stdin.write('10\n');
    await run.told('sum 13');
    run.signal('SIGTSTP');
    const all = [run.pid, ...run.ranks()];
    t.is(all.length, 4);
    await until('all are stopped', () => all.every((pid) => stateOf(pid).startsWith('T')));
    await delay(LONG_MS);
    run.stdin.end('20\n30\n');
    run.signal('SIGCONT');
    t.like(await run.ended, { code: 0, stdout: 'ready\nsum 13\nsum 23\nsum 33\n', stderr: '' });
  },
);

onLinux('SIGTSTP amid a stream of input loses neither a host nor a byte', async (t) => {
  const args = ['--per-node', '1', '--host-timeout', '1', 'digest.ts'];
  const run = await startOnHosts(t, args, { stdin: 'open' });
  const half = randomBytes(10_000_000);
  run.stdin.write(half);
  // Before it listens to the signal nobody would hear of it.
  await until('the ranks run', () => run.ranks().length === 2);
  run.signal('SIGTSTP');
  await until('tsrun is stopped', () => stateOf(run.pid).startsWith('T'));
  await delay(LONG_MS);
  run.stdin.end(half);
  run.signal('SIGCONT');
  const { code, stdout, stderr } = await run.ended;
  t.is(code, 0, stderr);
  t.true(stdout.includes('rank 0 read 20000000 bytes '));
});

onLinux('SIGINT lets the handlers of ranks on all hosts run', async (t) => {
  const run = await startOnHosts(t, ['--grace', '60', 'patient.ts', 'exit']);
  await run.told('ready 0', 'ready 1', 'ready 2', 'ready 3');
  run.signal('SIGINT');
  const { code, stdout, stderr } = await run.ended;
  t.is(code, 130);
  for (const rank of [0, 1, 2, 3]) t.true(stdout.includes(`rank ${rank} got SIGINT\n`));
  t.regex(stderr, /^tsrun: SIGINT: the ranks have 60 s to end.*\n$/);
});

onLinux('a second SIGINT kills at once ranks that ignore the first, on all hosts', async (t) => {
  const run = await startOnHosts(t, ['--grace', '60', 'patient.ts', 'ignore']);
  await run.told('ready 0', 'ready 1', 'ready 2', 'ready 3');
  run.signal('SIGINT');
  await run.told('0 got SIGINT', '1 got SIGINT', '2 got SIGINT', '3 got SIGINT');
  // One that follows closely would be taken for an echo of the first.
  setTimeout(() => run.signal('SIGINT'), 200);
  t.is((await run.ended).code, 130);
});

onLinux('what a rank leaves behind on another host, and holds its output, is ended', async (t) => {
  const { code, stdout, stderr } = await onTwoHosts(t, ['--per-node', '1', 'heir.ts']);
  t.is(code, 0, stderr);
  t.deepEqual(stdout.trimEnd().split('\n').sort(), ['last words of 0', 'last words of 1']);
});

onLinux('SIGQUIT shows for each rank its host and the lines it waits in', async (t) => {
  const run = await startOnHosts(t, ['-n', '3', 'steps.ts'], { stdin: 'open' });
  run.stdin.write('10\n');
  await run.told('sum 13');
  run.signal('SIGQUIT');
  await run.told(/rank 2 .*\n/);
  run.stdin.end();
  const { code, stderr } = await run.ended;
  t.is(code, 0);
  const line = lineOf('steps.ts', 'of world.messages');
  t.deepEqual(plain(stderr), [
    'tsrun: where the ranks are (Ctrl-\\):',
    '  rank 0  a  running, waits for no message',
    `  rank 1  a  waits # s  receive from 0, any tag  ${line}`,
    `  rank 2  b  waits # s  receive from 1, any tag  ${line}`,
  ]);
});

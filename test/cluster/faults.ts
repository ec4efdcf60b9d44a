import test, { type ExecutionContext } from 'ava';
import { processesNamed } from '../../scripts/cluster/bed/processes.ts';
import { nothingRemains, onHosts, PROMPT_MS, rankOn, sharedBed } from '../helpers/cluster.ts';
import { type Ended, Run } from '../helpers/run.ts';

/** The tests come one after the other: each breaks what the others need, and looks at the clock. */
const bed = sharedBed({ hosts: 3, private: true });

/** So long a host may be silent. */
const SILENT_MS = 8_000;

const EVERYWHERE = ['--wdir', '/usr'];

/** A job on all hosts whose ranks wait for ever, each in another way. */
async function waitingJob(t: ExecutionContext, ...options: readonly string[]): Promise<Run> {
  const ways = ['receive', 'busy', 'sleep', 'receive', 'busy', 'child'];
  const args = onHosts(bed(), '-n', '6', ...options, ...EVERYWHERE, 'hang.ts', ...ways);
  const run = await Run.tsrun(t, args);
  await run.told(...ways.map((_, rank) => `ready ${rank}`));
  return run;
}

/** How a job ends after something was done to it, and how soon. */
async function endAfter(
  run: Run,
  deed: () => unknown,
): Promise<Ended & { readonly afterMs: number }> {
  const start = performance.now();
  await deed();
  const ended = await run.ended;
  return { ...ended, afterMs: performance.now() - start };
}

test.serial(
  'a rank that is killed on another host ends the job, which names rank and host',
  async (t) => {
    const run = await waitingJob(t);
    const victim = rankOn(bed().host('node2'), 2);
    const end = await endAfter(run, () => process.kill(victim.pid, 'SIGKILL'));
    t.is(end.code, 137, end.stderr);
    t.regex(end.stderr, /^tsrun: rank 2 \(.*node2.*\) was killed by SIGKILL/);
    t.regex(end.stderr, new RegExp(`pid ${victim.pidThere}\\b`), 'the pid is that on the host');
    t.true(end.afterMs < PROMPT_MS, `${end.afterMs} ms`);
    await t.notThrowsAsync(nothingRemains(bed().hosts));
  },
);

test.serial(
  'when the ssh client of a host is killed, the job ends and names the host',
  async (t) => {
    const run = await waitingJob(t);
    const [client] = processesNamed('ssh', bed().sshConfig, 'node3');
    const end = await endAfter(run, () => process.kill(client as number, 'SIGKILL'));
    t.is(end.code, 1, end.stderr);
    t.regex(end.stderr, /^tsrun: host node3 \(ranks 4-5\) was lost: .*SIGKILL/);
    t.is(end.stderr.match(/was lost:/g)?.length, 1, 'it is told once');
    t.true(end.afterMs < PROMPT_MS, `${end.afterMs} ms`);
    await t.notThrowsAsync(nothingRemains(bed().hosts));
  },
);

test.serial('a host that falls silent ends the job, and ends its own ranks', async (t) => {
  const run = await waitingJob(t);
  try {
    const end = await endAfter(run, () => bed().cut('node2'));
    t.is(end.code, 1, end.stderr);
    t.regex(end.stderr, /^tsrun: host node2 \(ranks 2-3\) was lost: nothing was heard .* 8 s/);
    t.true(end.afterMs < SILENT_MS + PROMPT_MS, `${end.afterMs} ms`);
    const others = bed().hosts.filter(({ name }) => name !== 'node2');
    await t.notThrowsAsync(nothingRemains(others));
    // It hears nothing either, so it knows by itself.
    await t.notThrowsAsync(nothingRemains(bed().hosts, 10_000));
  } finally {
    await bed().restore('node2');
  }
});

test.serial('a host that loses power ends the job as soon as it is allowed to', async (t) => {
  const run = await waitingJob(t, '--host-timeout', '2');
  try {
    const end = await endAfter(run, () => bed().host('node3').crash());
    t.is(end.code, 1, end.stderr);
    t.regex(end.stderr, /^tsrun: host node3 \(ranks 4-5\) was lost/);
    t.true(end.afterMs < 4000, `${end.afterMs} ms`);
  } finally {
    await bed().restore('node3');
  }
});

test.serial('a host that is stopped is as good as lost', async (t) => {
  const run = await waitingJob(t, '--host-timeout', '2');
  try {
    const end = await endAfter(run, () => bed().pause('node1'));
    t.is(end.code, 1, end.stderr);
    t.regex(end.stderr, /^tsrun: host node1 \(ranks 0-1\) was lost/);
    t.true(end.afterMs < 4000, `${end.afterMs} ms`);
  } finally {
    await bed().restore('node1');
  }
  await t.notThrowsAsync(nothingRemains(bed().hosts, 10_000));
});

test.serial('ranks that compute for long are not taken for lost', async (t) => {
  const args = onHosts(
    bed(),
    '-n',
    '6',
    '--host-timeout',
    '2',
    ...EVERYWHERE,
    'compute.ts',
    '6000',
  );
  const end = await (await Run.tsrun(t, args)).ended;
  t.like(end, { code: 0, stdout: '6 ranks computed\n', stderr: '' });
});

test.serial(
  'a network that is cut for three seconds loses nothing and doubles nothing',
  async (t) => {
    const args = onHosts(bed(), '--per-node', '1', '-H', 'node1,node2', ...EVERYWHERE);
    const run = await Run.tsrun(t, [...args, 'stream.ts', '100000', '30000'], { limitMs: 60_000 });
    await run.told('rank 0 is in the midst', 'rank 1 is in the midst');
    await bed().cut('node2');
    await new Promise((resolve) => setTimeout(resolve, 3000));
    t.notRegex(run.stdout, /got all/, 'it was cut in the midst');
    await bed().restore('node2');
    const end = await run.ended;
    t.like(end, { code: 0, stderr: '' });
    t.regex(end.stdout, /rank 0 got all/);
    t.regex(end.stdout, /rank 1 got all/);
  },
);

test.serial('when tsrun is killed, nothing is left on any host', async (t) => {
  const run = await waitingJob(t);
  run.signal('SIGKILL');
  await t.notThrowsAsync(nothingRemains(bed().hosts));
  t.is((await run.ended).signal, 'SIGKILL');
});

test.serial('an interrupt reaches the ranks on all hosts', async (t) => {
  const args = onHosts(bed(), '-n', '6', ...EVERYWHERE, 'patient.ts', 'exit');
  const run = await Run.tsrun(t, args);
  await run.told(...[0, 1, 2, 3, 4, 5].map((rank) => `ready ${rank}`));
  run.signal('SIGINT');
  await run.told(...[0, 1, 2, 3, 4, 5].map((rank) => `rank ${rank} got SIGINT`));
  t.is((await run.ended).code, 130);
  await t.notThrowsAsync(nothingRemains(bed().hosts));
});

import test from 'ava';
import { lineOf, plain, Run, tsrun } from '../helpers/run.ts';

const line = (text: string): string => lineOf('deadlock.ts', text);

const EACH_OTHER = 'wait for each other, and nothing can let them go on:';
const RECEIVES =
  '  each waits for a message before it sends one: let one of them send first, or use sendReceive';

test('two ranks that wait for each other are shown with their lines, and end the job', async (t) => {
  const { code, stdout, stderr } = await tsrun(t, ['-n', '4', 'deadlock.ts', 'receives']);
  t.is(code, 125);
  t.is(stdout, '');
  const at = line('other, { tag: 7 }');
  t.deepEqual(plain(stderr), [
    `tsrun: deadlock: ranks 0-1 ${EACH_OTHER}`,
    `  rank 0  waits # s  receive from 1, tag 7  ${at}`,
    `  rank 1  waits # s  receive from 0, tag 7  ${at}`,
    RECEIVES,
    'tsrun: the others:',
    `  ranks 2-3  waits # s  barrier #1  ${line('else await world.barrier')}`,
  ]);
});

for (const transport of ['shm', 'zeromq', 'zeromq-tcp']) {
  test(`over ${transport} sends above the eager limit that nobody receives are found`, async (t) => {
    const run = await tsrun(t, ['-n', '2', '--transport', transport, 'deadlock.ts', 'sends']);
    t.is(run.code, 125);
    const at = line('new Uint8Array(1e6)');
    t.deepEqual(plain(run.stderr), [
      `tsrun: deadlock: ranks 0-1 ${EACH_OTHER}`,
      `  rank 0  waits # s  send to 1, tag 0, 1000000 bytes  ${at}`,
      `  rank 1  waits # s  send to 0, tag 0, 1000000 bytes  ${at}`,
      '  a message above the eager limit (--eager) waits to be received: start the receive before the send, or use sendReceive',
    ]);
  });
}

test('an unread message that has another tag is named', async (t) => {
  const { code, stderr } = await tsrun(t, ['-n', '2', 'deadlock.ts', 'tag']);
  t.is(code, 125);
  t.deepEqual(plain(stderr).slice(2), [
    `  rank 1  waits # s  receive from 0, tag 2  ${line('{ tag: 2 }')}; an unread message from rank 0 has tag 1`,
    '  a message has come, but not the one that is waited for: do its tag, source and communicator agree with the receive?',
  ]);
});

test('waits for the store are found as well', async (t) => {
  const { code, stderr } = await tsrun(t, ['-n', '2', 'deadlock.ts', 'store']);
  t.is(code, 125);
  t.deepEqual(plain(stderr), [
    `tsrun: deadlock: ranks 0-1 ${EACH_OTHER}`,
    `  rank 0  waits # s  store.wait "from 1"  ${line('store.wait')}`,
    `  rank 1  waits # s  store.wait "from 0"  ${line('store.wait')}`,
    '  nobody is left to put the value',
  ]);
});

test('ranks that wait for locks of each other are stuck, whatever others do', async (t) => {
  const { code, stderr } = await tsrun(t, ['-n', '3', 'deadlock.ts', 'locks']);
  t.is(code, 125);
  t.deepEqual(plain(stderr).slice(0, 4), [
    `tsrun: deadlock: ranks 0-1 ${EACH_OTHER}`,
    `  rank 0  waits # s  store.lock "1", held by rank 1  ${line('store.lock(String(other))')}`,
    `  rank 1  waits # s  store.lock "0", held by rank 0  ${line('store.lock(String(other))')}`,
    '  each holds a lock that another one waits for: take locks in the same order everywhere, or with a timeout',
  ]);
});

test('a rank that does not come to a collective call is named beside those in it', async (t) => {
  const { code, stderr } = await tsrun(t, ['-n', '2', 'deadlock.ts', 'absent']);
  t.is(code, 125);
  t.deepEqual(plain(stderr).slice(1), [
    `  rank 0  waits # s  barrier #1  ${line('=== 0) await world.barrier')}`,
    `  rank 1  waits # s  receive from 0, any tag  ${line('else await world.receive(0);')}; rank 0 has called barrier #1, and this rank has not: all ranks must`,
    '  a collective call waits for all ranks of its communicator: each must make the same calls, in the same order',
  ]);
});

test('two ranks are stuck though a third one has much to do', async (t) => {
  const { code, stderr } = await tsrun(t, ['-n', '3', 'deadlock.ts', 'computing']);
  t.is(code, 125);
  t.is(plain(stderr)[0], `tsrun: deadlock: ranks 0-1 ${EACH_OTHER}`);
});

test('ranks that would receive from anybody are stuck once nobody else sends', async (t) => {
  const { code, stderr } = await tsrun(t, ['-n', '4', 'deadlock.ts', 'any']);
  t.is(code, 125);
  t.is(plain(stderr)[0], `tsrun: deadlock: ranks 0-1 ${EACH_OTHER}`);
});

for (const [mode, printed] of [
  ['timer', 'go on\n'],
  ['timeout', 'nothing came\nnothing came\n'],
] as const) {
  test(`who waits, but may be let go on by its ${mode}, is left alone`, async (t) => {
    const { code, stdout, stderr } = await tsrun(t, ['-n', '2', 'deadlock.ts', mode]);
    t.is(stderr, '');
    t.is(stdout, printed);
    t.is(code, 0);
  });
}

test('--deadlock show lets the job go on', async (t) => {
  const run = await Run.tsrun(t, ['-n', '2', '--deadlock', 'show', 'deadlock.ts', 'receives']);
  await run.told(EACH_OTHER);
  run.signal('SIGINT');
  t.is((await run.ended).code, 130);
});

test('--deadlock ignore says nothing of it', async (t) => {
  const args = ['-n', '2', '--deadlock', 'ignore', '--timeout', '4', 'deadlock.ts', 'receives'];
  const { code, stderr } = await tsrun(t, args);
  t.is(code, 124);
  t.false(stderr.includes('deadlock: '));
});

import test from 'ava';
import { Stage } from '../../helpers/job-stage.ts';

const CHILD = { program: 'child.ts', n: 2, args: [], env: {} };

const asks = {
  kind: 'spawn',
  programs: [CHILD],
  parents: [0],
  context: 9,
  tolerant: false,
} as const;

test('all hear of new processes before any of these is started, and who asked once all have joined', (t) => {
  const stage = new Stage({ size: 2 }).join().spawn(2);
  const grown = { kind: 'grown', first: 2, hosts: [0, 0], segments: [] };
  t.deepEqual([stage.told(0), stage.told(1)], [[grown], [grown]]);
  stage.start(2, 3).join(3);
  t.deepEqual(stage.told(0), [grown]);
  stage.join(2);
  t.deepEqual(stage.told(0), [grown, { kind: 'spawned', id: 1, first: 2, count: 2 }]);
  t.deepEqual([stage.told(1), stage.told(2), stage.told(3)], [[grown], [], []]);
});

test('a process that joins late hears of those that were spawned after it was', (t) => {
  const stage = new Stage({ size: 2 }).join(0).spawn(1).spawn(2, { id: 2 }).start(2, 3, 4);
  stage.join(1);
  t.deepEqual(stage.told(1), [{ kind: 'grown', first: 2, hosts: [0, 0, 0], segments: [] }]);
  stage.join(2, 3, 4);
  t.deepEqual(stage.told(2), [{ kind: 'grown', first: 3, hosts: [0, 0], segments: [] }]);
  t.deepEqual(stage.told(3), []);
});

test('a job is over when its spawned processes are, too', (t) => {
  const stage = new Stage({ size: 1 }).join().spawn(1).start(1).finalize(0).pass(5000);
  t.is(stage.told(0).at(-1)?.kind, 'grown');
  stage.join(1).finalize(1);
  t.deepEqual(stage.told(0).at(-1), { kind: 'finalized' });
  stage.end(0, 0).pass(5000);
  t.is(stage.exit, undefined);
  t.is(stage.end(1, 0).exit?.code, 0);
  t.is(stage.text, '');
  t.true(stage.quiet);
});

test('addresses are sent again, of all, once new processes have joined', (t) => {
  const stage = new Stage({ size: 1 })
    .say(0, { kind: 'joined', address: '1' })
    .spawn(2)
    .start(1, 2);
  stage.say(1, { kind: 'joined', address: '2' });
  t.deepEqual(
    stage.told(0).map(({ kind }) => kind),
    ['addresses', 'grown'],
  );
  stage.say(2, { kind: 'joined', address: '3' });
  const table = { kind: 'addresses', addresses: ['1', '2', '3'] };
  t.deepEqual(stage.told(0)[2], table);
  t.deepEqual([stage.told(1), stage.told(2)], [[table], [table]]);
});

test('an address that a process has only since it is not alone any more is sent when it is known', (t) => {
  const stage = new Stage({ size: 1 }).join().spawn(1).start(1);
  stage.say(1, { kind: 'joined', address: '2' });
  t.deepEqual(stage.told(1), [{ kind: 'addresses', addresses: ['', '2'] }]);
  stage.say(0, { kind: 'joined', address: '1' });
  t.deepEqual(stage.told(1).at(-1), { kind: 'addresses', addresses: ['1', '2'] });
});

test('a spawned process fails like any rank, and is named by its own rank and its program', (t) => {
  const stage = new Stage({ size: 2 }).join().spawn(2).start(2, 3).join(2, 3);
  stage.fail(3, 'TypeError: x').end(3, 1);
  t.deepEqual(stage.told(0).slice(-2), [
    { kind: 'lost', rank: 3, reason: 'rank 1 of child.ts failed: TypeError: x' },
    { kind: 'ending', rank: 3, reason: 'rank 1 of child.ts failed: TypeError: x' },
  ]);
  stage.pass(1000);
  t.is(stage.exit?.code, 1);
  t.is(
    stage.text,
    [
      'tsrun: rank 1 of child.ts (here) failed: TypeError: x',
      '      at main.ts:1:1',
      'tsrun: ranks 0-1 and rank 0 of child.ts were stopped because rank 1 of child.ts failed; exit code 1',
    ].join('\n'),
  );
});

test('the failure of a process that was spawned so is not the job’s', (t) => {
  const stage = new Stage({ size: 1 })
    .join()
    .spawn(3, { tolerant: true })
    .start(1, 2, 3)
    .join(1, 2, 3);
  stage.fail(1, 'Error: x').end(1, 1).end(2, 'SIGKILL').end(3, 0).pass(5000);
  t.deepEqual(stage.told(0).slice(2), [
    { kind: 'lost', rank: 1, reason: 'rank 0 of child.ts failed: Error: x' },
    { kind: 'lost', rank: 2, reason: 'rank 1 of child.ts was killed by SIGKILL' },
    { kind: 'lost', rank: 3, reason: 'rank 2 of child.ts exited without finalize' },
  ]);
  t.deepEqual(stage.killed, []);
  stage.finalize(0).end(0, 0);
  t.is(stage.exit?.code, 0);
  t.deepEqual(stage.text.split('\n'), [
    'tsrun: rank 0 of child.ts (here) failed: Error: x; the job goes on',
    'tsrun: rank 1 of child.ts (here, pid 102) was killed by SIGKILL (exit code 137); perhaps out of memory, or kill -9; the job goes on',
    'tsrun: rank 2 of child.ts (here) exited without finalize while others still needed it; the job goes on',
  ]);
});

test('a rank that could not do without such a process fails at once, and for itself', (t) => {
  const stage = new Stage({ size: 1 }).join().spawn(1, { tolerant: true }).start(1).join(1);
  stage.end(1, 'SIGKILL').fail(0, 'MpiError: rank 0 of child.ts was killed', 1).end(0, 1);
  t.is(stage.exit?.code, 1);
  t.regex(stage.text, /\ntsrun: rank 0 \(here\) failed: MpiError/);
});

test('abort ends the job, whoever calls it', (t) => {
  const stage = new Stage({ size: 1 }).join().spawn(1, { tolerant: true }).start(1).join(1);
  stage.say(1, { kind: 'abort', exitCode: 7, stack: [] }).end(1, 7).pass(1000);
  t.is(stage.exit?.code, 7);
  t.regex(stage.text, /^tsrun: rank 0 of child\.ts \(here\) called abort\(7\)/);
});

test('--quiet says nothing of failures that are not the job’s', (t) => {
  const stage = new Stage({ size: 1, quiet: true }).join().spawn(1, { tolerant: true });
  stage.start(1).join(1).end(1, 3);
  t.is(stage.text, '');
});

test('a host that took only such processes with it does not end the job', (t) => {
  const hostOf = (rank: number): string => (rank === 0 ? 'node1' : 'node2');
  const stage = new Stage({ size: 1, hostOf }).join().spawn(2, { tolerant: true, hosts: [1, 1] });
  stage.start(1, 2).join(1, 2).vanish(1, 2);
  stage.lose({ name: 'node2', ranks: [1, 2], reason: 'no word for 8 s' }).pass(5000);
  t.deepEqual(stage.killed, []);
  t.is(
    stage.text,
    'tsrun: host node2 (ranks 0-1 of child.ts) was lost: no word for 8 s; the job goes on',
  );
});

test('who asked for processes of which none joins is told why there are none', (t) => {
  const stage = new Stage({ size: 1 }).join().spawn(2).start(1, 2).end(1, 0).end(2, 0);
  t.deepEqual(stage.told(0).at(-1), {
    kind: 'not-spawned',
    id: 1,
    code: 'ERR_SPAWN',
    text: 'rank 0 of child.ts ended without using tsmpi',
  });
  stage.finalize(0).end(0, 0);
  t.is(stage.exit?.code, 0);
});

test('who asked gets those that joined, having been told of those that did not', (t) => {
  const stage = new Stage({ size: 1 }).join().spawn(2, { tolerant: true }).start(1, 2);
  stage.end(1, 1).join(2);
  t.deepEqual(
    stage.told(0).map(({ kind }) => kind),
    ['grown', 'lost', 'spawned'],
  );
});

test('if one of them cannot be started none is kept, who asked is told, and the job goes on', (t) => {
  const stage = new Stage({ size: 1 }).join().spawn(3).start(1).join(1);
  stage.job.notStarted(2, new Error('cannot start rank 1 of child.ts: too many open files'));
  t.false(stage.job.wants(3));
  t.true(stage.job.wants(0));
  stage.job.notStarted(3);
  t.deepEqual(stage.killed, ['0 SIGKILL 1']);
  stage.pass(100);
  t.deepEqual(stage.told(0).at(-1), {
    kind: 'not-spawned',
    id: 1,
    code: 'ERR_SPAWN',
    text: 'cannot start rank 1 of child.ts: too many open files',
  });
  t.deepEqual(
    stage.told(0).flatMap((message) => (message.kind === 'lost' ? [message.rank] : [])),
    [2, 3, 1],
  );
  t.is(stage.text, '');
  stage.finalize(0).end(0, 0);
  t.is(stage.exit?.code, 0);
  t.true(stage.quiet);
});

test('one that started while another could not be is ended as well', (t) => {
  const stage = new Stage({ size: 1 }).join().spawn(2);
  stage.job.notStarted(2, new Error('x'));
  stage.start(1).pass(100);
  t.deepEqual(stage.killed, ['0 SIGKILL 1']);
  t.is(stage.told(0).at(-1)?.kind, 'not-spawned');
});

test('what cannot be got ready is told to who asked, and the job goes on', (t) => {
  const stage = new Stage({ size: 1 }).join().say(0, { ...asks, id: 5 });
  t.is(stage.requests.length, 1);
  stage.job.notSpawned(0, 5, 'there is no child.ts');
  t.deepEqual(stage.told(0), [
    { kind: 'not-spawned', id: 5, code: 'ERR_SPAWN', text: 'there is no child.ts' },
  ]);
});

test('a job that is ending grows no more', (t) => {
  const refused = (id: number) => ({
    kind: 'not-spawned',
    id,
    code: 'ERR_PROC_FAILED',
    text: 'the job is ending',
  });
  const stage = new Stage({ size: 2 }).join().say(0, { ...asks, id: 1 });
  stage.stubborn.add(0);
  stage.job.signal('SIGTERM');
  stage.say(0, { ...asks, id: 2 });
  t.is(stage.requests.length, 1);
  const growth = { asker: 0, id: 1, names: [], hosts: [0], tolerant: false, segments: [] };
  t.false(stage.job.grow(growth));
  t.deepEqual(stage.told(0), [refused(2), refused(1)]);
  stage.pass(5000);
  t.is(stage.exit?.code, 143);
  t.false(stage.job.grow(growth));
});

test('nothing is started for a process that has ended meanwhile', (t) => {
  const stage = new Stage({ size: 2, onFailure: 'continue' }).join().say(1, { ...asks, id: 1 });
  stage.end(1, 3);
  t.false(
    stage.job.grow({ asker: 1, id: 1, names: [], hosts: [0], tolerant: false, segments: [] }),
  );
  stage.finalize(0).end(0, 0);
  t.is(stage.exit?.code, 3);
});

test('children of children are told and named like others', (t) => {
  const stage = new Stage({ size: 1 }).join().spawn(1).start(1).join(1);
  stage
    .spawn(1, { asker: 1, names: [{ rank: 0, program: 'grandchild.ts' }] })
    .start(2)
    .join(2);
  t.deepEqual(stage.told(1).at(-1), { kind: 'spawned', id: 1, first: 2, count: 1 });
  t.deepEqual(
    stage.told(0).map(({ kind }) => kind),
    ['grown', 'spawned', 'grown'],
  );
  stage.job.signal('SIGQUIT');
  stage.answer(0, []).answer(1, []).answer(2, []);
  t.is(
    stage.text.split('\n')[1],
    '  rank 0, rank 0 of child.ts and rank 0 of grandchild.ts  running, waits for no message',
  );
});

test('with --on-failure continue a spawned process that fails is summed up', (t) => {
  const stage = new Stage({ size: 1, onFailure: 'continue' }).join().spawn(1).start(1).join(1);
  stage.end(1, 3).finalize(0).end(0, 0);
  t.is(stage.exit?.code, 3);
  t.regex(stage.text, /\ntsrun: rank 0 of child\.ts failed, the others went on; exit code 3$/);
});

test('the end of a rank that serves a pool is not the failure of the job', (t) => {
  const stage = new Stage({ size: 2 }).join().say(1, { kind: 'serving' }).end(1, 'SIGKILL');
  t.is(stage.told(0).at(-1)?.kind, 'lost');
  stage.finalize(0).end(0, 0).pass(5000);
  t.is(stage.exit?.code, 0);
  t.regex(stage.text, /^tsrun: rank 1 .* was killed by SIGKILL .*; the job goes on$/);
});

test('a worker that is done with is let go once it is in finalize, without a word', (t) => {
  const stage = new Stage({ size: 1 }).join().spawn(2, { tolerant: true }).start(1, 2).join(1, 2);
  stage.finalize(1);
  t.deepEqual(stage.told(1), []);
  stage.say(0, { kind: 'dismiss', processes: [1, 2], atOnce: false });
  t.deepEqual(stage.told(1), [{ kind: 'finalized' }]);
  stage.finalize(2);
  t.deepEqual(stage.told(2).at(-1), { kind: 'finalized' });
  stage.end(1, 0).end(2, 0).finalize(0).end(0, 0).pass(5000);
  t.is(stage.exit?.code, 0);
  t.is(stage.text, '');
  t.deepEqual(stage.killed, []);
});

test('a worker that is not waited for is killed without a word, and nobody else can be', (t) => {
  const stage = new Stage({ size: 2 }).join().spawn(1, { tolerant: true }).start(2).join(2);
  stage.say(0, { kind: 'dismiss', processes: [2, 1, 7], atOnce: true }).pass(100);
  t.deepEqual(stage.killed, ['0 SIGKILL 2']);
  t.is(stage.told(0).at(-1)?.kind, 'lost');
  stage.finalize(0, 1).end(0, 0).end(1, 0).pass(5000);
  t.is(stage.exit?.code, 0);
  t.is(stage.text, '');
});

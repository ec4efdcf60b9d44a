import test from 'ava';
import { Stage } from '../../helpers/job-stage.ts';

/** Four ranks, two on each host. */
const apart = { size: 4, hostOf: (rank: number): string => (rank < 2 ? 'node1' : 'node2') };

const node2 = {
  name: 'node2',
  ranks: [2, 3],
  reason: 'nothing was heard from it for 8 s',
  remedy: 'look whether node2 is up',
};

const REASON = 'host node2 (ranks 2-3) was lost: nothing was heard from it for 8 s';

/** The host goes, and the starter of its ranks says that they are gone. */
const lose = (stage: Stage): Stage => stage.vanish(...node2.ranks).lose(node2);

test('a lost host is one failure: its ranks are done with, the others are told and ended', (t) => {
  const stage = lose(new Stage(apart).join());
  for (const rank of [0, 1]) {
    t.deepEqual(stage.told(rank), [
      { kind: 'lost', rank: 2, reason: REASON },
      { kind: 'lost', rank: 3, reason: REASON },
      { kind: 'ending', rank: 2, reason: REASON },
    ]);
  }
  stage.fail(0, 'MpiError: lost', 2).end(0, 1).pass(1000);
  t.deepEqual(stage.killed, ['500 SIGTERM 1']);
  t.deepEqual(stage.exit, { code: 1, at: 510 });
  t.is(
    stage.text,
    [
      `tsrun: ${REASON}`,
      '  look whether node2 is up',
      'tsrun: rank 0 (node1) needed rank 2 (node2) and failed at main.ts:1:1',
      'tsrun: rank 1 was stopped because host node2 was lost; exit code 1',
    ].join('\n'),
  );
  t.true(stage.quiet);
});

test('who waited for a lost host is told, as of before they heard of it', (t) => {
  const stage = lose(new Stage(apart).join());
  t.deepEqual(stage.sent.map(({ rank, message }) => `${rank} ${message.kind}`).slice(0, 4), [
    '0 where',
    '1 where',
    '0 lost',
    '1 lost',
  ]);
  const stack = ['    at async file:///p/main.ts:3:1'];
  stage
    .answer(0, [
      { kind: 'receive', call: 'receive from 3, tag 7', waitsFor: [3], sinceMs: 9000, stack },
    ])
    .answer(1, [
      { kind: 'receive', call: 'receive from 0, tag 7', waitsFor: [0], sinceMs: 9000, stack },
    ])
    .pass(1000);
  t.deepEqual(stage.text.split('\n').slice(2, 4), [
    'tsrun: who waited for host node2:',
    '  rank 0  node1  waits 9.0 s  receive from 3, tag 7  main.ts:3:1',
  ]);
});

test('what is said later of the ranks of a lost host counts no more', (t) => {
  const stage = lose(new Stage(apart).join());
  stage.fail(3, 'Error: late').end(2, 'SIGKILL').end(3, 7).lose(node2).pass(1000);
  t.is(stage.exit?.code, 1);
  t.deepEqual(stage.text.split('\n').slice(2), [
    'tsrun: ranks 0-1 were stopped because host node2 was lost; exit code 1',
  ]);
});

test('a failure that blames a rank of a host waits for word that the host is lost', (t) => {
  const stage = new Stage(apart).join().fail(0, 'MpiError: no answer', 3).end(0, 1).pass(250);
  t.is(stage.text, '');
  lose(stage).pass(1000);
  t.regex(stage.text, /^tsrun: host node2 \(ranks 2-3\) was lost/);
  t.regex(stage.text, /\ntsrun: rank 0 \(node1\) needed rank 3 \(node2\) and failed/);
});

test('further lost hosts are told in a line', (t) => {
  const stage = new Stage({ size: 3, hostOf: (rank) => `node${rank}` }).join().vanish(1, 2);
  stage.lose({ ...node2, name: 'node2', ranks: [2] }).lose({ ...node2, name: 'node1', ranks: [1] });
  stage.pass(1000);
  t.deepEqual(stage.text.split('\n').slice(2), [
    'tsrun: host node1 (rank 1) was also lost in the same way',
    'tsrun: rank 0 was stopped because host node2 was lost; exit code 1',
  ]);
});

test('a host that is lost after another failure is told after it', (t) => {
  const stage = lose(new Stage(apart).join().end(0, 3).pass(100)).pass(1000);
  t.is(stage.exit?.code, 3);
  t.deepEqual(stage.text.split('\n'), [
    'tsrun: rank 0 (node1, pid 100) exited with code 3',
    `tsrun: ${REASON.replace('was', 'was also')}`,
    '  look whether node2 is up',
    'tsrun: rank 1 was stopped because rank 0 exited with code 3; exit code 3',
  ]);
});

test('a job of which nothing but a lost host is left is over at once', (t) => {
  const stage = lose(new Stage(apart).join().finalize(0, 1).end(0, 0).end(1, 0).pass(5000));
  t.is(stage.exit, undefined);
  stage.outputClosed(2, 3);
  t.deepEqual(stage.exit, { code: 1, at: 5000 });
  t.deepEqual(stage.killed, []);
});

test('output of a lost host that does not end is abandoned', (t) => {
  const stage = lose(new Stage(apart).join().finalize(0, 1).end(0, 0).end(1, 0)).pass(1000);
  t.deepEqual(stage.abandoned, [
    { at: 500, text: '2' },
    { at: 500, text: '3' },
  ]);
  t.deepEqual(stage.exit, { code: 1, at: 500 });
});

test('a host all of whose ranks have ended is missed only while output is missing', (t) => {
  for (const output of ['closed', 'open'] as const) {
    const stage = new Stage(apart).join().finalize(0, 1, 2, 3);
    stage.end(2, 0).end(3, 0, output);
    lose(stage).end(0, 0).end(1, 0).pass(1000);
    t.is(stage.exit?.code, output === 'closed' ? 0 : 1);
    t.is(stage.text === '', output === 'closed');
  }
});

test('ranks that were yet to be started on a lost host are no failure of their own', (t) => {
  const stage = new Stage({ ...apart, onFailure: 'continue' }, 3).join();
  lose(stage).job.notStarted(3, new Error('cannot start rank 3: its host is gone'));
  t.true(stage.job.wants(0));
  stage.finalize(0, 1).end(0, 0).end(1, 0).pass(1000);
  t.is(stage.exit?.code, 1);
  t.notRegex(stage.text, /cannot start/);
});

test('a rank that was being started when its host was lost is not waited for', (t) => {
  const stage = lose(new Stage(apart, 2).join());
  stage.job.started(2, 102);
  stage.job.started(3, 103);
  stage.end(0, 0).end(1, 0);
  t.deepEqual(stage.killed, []);
  t.is(stage.exit?.code, 1);
});

test('with --on-failure continue the ranks of other hosts go on', (t) => {
  const stage = lose(new Stage({ ...apart, onFailure: 'continue' }).join()).pass(5000);
  t.deepEqual(stage.killed, []);
  t.deepEqual(stage.told(0), [
    { kind: 'lost', rank: 2, reason: REASON },
    { kind: 'lost', rank: 3, reason: REASON },
  ]);
  stage.finalize(0, 1).end(0, 0).end(1, 0);
  t.is(stage.exit?.code, 1);
  t.regex(stage.text, /\ntsrun: ranks 2-3 of 4 failed, the others went on; exit code 1$/);
});

test('a host that is lost after Ctrl-C is told, and the exit code stays', (t) => {
  const stage = new Stage(apart).join();
  stage.stubborn.add(2).add(3);
  stage.job.signal('SIGINT');
  lose(stage.pass(1000));
  stage.outputClosed(2, 3);
  t.deepEqual(stage.exit, { code: 130, at: 1000 });
  t.regex(
    stage.text,
    /\ntsrun: host node2 \(ranks 2-3\) was lost: .*\n {2}look whether node2 is up$/,
  );
});

test('Ctrl-\\ shows the ranks of a lost host as such, and the hosts of all', (t) => {
  const stage = lose(new Stage({ ...apart, onFailure: 'continue' }).join()).pass(1000);
  stage.job.signal('SIGQUIT');
  stage.answer(0, []).answer(1, []);
  t.deepEqual(stage.text.split('\n').slice(-2), [
    '  ranks 0-1  node1  running, waits for no message',
    '  ranks 2-3  node2  was lost with its host',
  ]);
});

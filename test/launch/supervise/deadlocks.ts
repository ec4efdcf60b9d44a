import test from 'ava';
import type { Standing } from '../../../src/control/message.ts';
import { Stage } from '../../helpers/job-stage.ts';

const NONE = { locks: [], mayHear: [], framesSent: [], framesReceived: [], heard: 0 };
const WAIT = {
  kind: 'receive',
  call: 'receive from 1, tag 7',
  waitsFor: [1],
  sinceMs: 1200,
  stack: [],
} as const;

const stand = (stage: Stage, rank: number, waitsFor: number, more: Partial<Standing> = {}): Stage =>
  stage.say(rank, { kind: 'stands', standing: { ...NONE, waitsFor: [waitsFor], ...more } });

test('ranks that wait for each other are asked where they are, shown, and ended', (t) => {
  const stage = new Stage().join();
  stand(stand(stage, 0, 1), 1, 0).pass(100);
  stage
    .answer(0, [WAIT])
    .answer(1, [{ ...WAIT, call: 'receive from 0, tag 7' }])
    .pass(1000);
  t.deepEqual(stage.exit, { code: 125, at: 110 });
  t.is(
    stage.text,
    [
      'tsrun: deadlock: ranks 0-1 wait for each other, and nothing can let them go on:',
      '  rank 0  waits 1.2 s  receive from 1, tag 7  started, not awaited',
      '  rank 1  waits 1.2 s  receive from 0, tag 7  started, not awaited',
      '  each waits for a message before it sends one: let one of them send first, or use sendReceive',
    ].join('\n'),
  );
  t.true(stage.quiet);
});

test('those that wait for others than each other are told apart', (t) => {
  const stage = new Stage({ size: 5 }).join();
  for (const [rank, other] of [1, 0, 3, 2, 4].entries()) stand(stage, rank, other);
  stage.pass(100);
  const call = 'synchronous send to 1, tag 7';
  for (let rank = 0; rank < 5; rank += 1) stage.answer(rank, [{ ...WAIT, kind: 'synchronous', call }]);
  stage.pass(1000);
  const lines = stage.text.split('\n');
  t.is(
    lines[0],
    'tsrun: deadlock: ranks 0-3 wait for each other, in 2 groups of their own; rank 4 waits for what nobody is left to do, and nothing can let them go on:',
  );
  t.is(
    lines.at(-1),
    '  a synchronous send is complete only when it is received: start the receive before the send, or use sendReceive',
  );
});

test('a rank that was told something since it spoke may go on', (t) => {
  const stage = new Stage({ size: 3 }).join().finalize(2);
  stand(stand(stage, 0, 1), 1, 0).pass(1000);
  t.is(stage.text, '');
  // It has taken in by now that rank 2 is in finalize.
  stand(stand(stage, 0, 1, { heard: 1 }), 1, 0, { heard: 1 }).pass(1000);
  t.regex(stage.text, /deadlock: ranks 0-1 wait for each other/);
});

test('what a rank does while it is asked where it is counts', (t) => {
  const stage = new Stage().join();
  stand(stand(stage, 0, 1), 1, 0).pass(60);
  // It has sent something.
  stand(stage, 0, 1, { framesSent: [0, 1] })
    .answer(0, [WAIT])
    .answer(1, [WAIT])
    .pass(1000);
  t.is(stage.text, '');
});

test('a deadlock that is only to be shown is shown once', (t) => {
  const stage = new Stage({ onDeadlock: 'show' }).join();
  for (let again = 0; again < 3; again += 1) {
    stand(stand(stage, 0, 1), 1, 0).pass(100);
    stage.answer(0, [WAIT]).answer(1, [WAIT]).pass(1000);
  }
  t.is(stage.notes.length, 1);
  t.is(stage.exit, undefined);
});

test('who waits for a lock waits for the one that holds it', (t) => {
  const stage = new Stage({ size: 3 }).join();
  stage.say(1, { kind: 'store', calls: [{ op: 'lock', id: 1, key: 'l' }] });
  stage.say(0, { kind: 'store', calls: [{ op: 'lock', id: 1, key: 'l' }] });
  const standing = { ...NONE, waitsFor: [], locks: ['l'], heard: 1 };
  stage.say(0, { kind: 'stands', standing });
  stand(stage, 1, 0, { heard: 1 }).pass(1000);
  t.regex(stage.text, /deadlock: ranks 0-1 wait for each other/);
});

test('a process of another job may act until it is known to be gone', (t) => {
  const stage = new Stage({ size: 1 }).join();
  stage.job.message(0, { kind: 'reserve', id: 1, count: 1, name: 'other' });
  const heard = (): number => stage.told(0).length;
  stand(stage, 0, 1, { heard: heard() }).pass(1000);
  t.is(stage.text, '');
  stage.say(0, { kind: 'foreign', process: 1, end: { lost: 'it was killed' } });
  stand(stage, 0, 1, { heard: heard() }).pass(1000);
  t.regex(stage.text, /deadlock: rank 0 waits for what nobody is left to do/);
});

test('a failure that is known goes before', (t) => {
  const stage = new Stage({ size: 3 }).join();
  stand(stand(stage, 0, 1), 1, 0).pass(60);
  stage.fail(2, 'Error: no').end(2, 1).answer(0, [WAIT]).answer(1, [WAIT]).pass(2000);
  t.is(stage.exit?.code, 1);
  t.false(stage.text.includes('deadlock'));
});

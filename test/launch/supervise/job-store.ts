import test from 'ava';
import type { ToRank, Wait } from '../../../src/control/message.ts';
import type { StoreCall } from '../../../src/keeper/call.ts';
import { Stage } from '../../helpers/job-stage.ts';

const lock = (id: number): StoreCall => ({ op: 'lock', id, key: 'l' });

/** Four ranks, of which 0 holds the lock and the others want it, in their order. */
function stage(options: ConstructorParameters<typeof Stage>[0] = {}): Stage {
  const made = new Stage({ size: 4, ...options }).join();
  for (const rank of [0, 1, 2, 3]) made.say(rank, { kind: 'store', calls: [lock(7)] });
  return made;
}

const granted: ToRank = { kind: 'store', answers: [{ id: 7, abandoned: true }] };

function answersTo(made: Stage, rank: number): ToRank[] {
  return made.told(rank).filter(({ kind }) => kind === 'store');
}

test('calls are answered at once, in one message for each rank that they concern', (t) => {
  const made = new Stage({ size: 2 }).join();
  made.say(1, { kind: 'store', calls: [{ op: 'wait', id: 1, key: 'k' }] });
  made.say(0, {
    kind: 'store',
    calls: [
      { op: 'increment', id: 1, key: 'k', by: 2 },
      { op: 'increment', id: 2, key: 'k', by: 3 },
    ],
  });
  t.deepEqual(answersTo(made, 0), [
    {
      kind: 'store',
      answers: [
        { id: 1, value: 2 },
        { id: 2, value: 5 },
      ],
    },
  ]);
  t.deepEqual(answersTo(made, 1), [
    { kind: 'store', answers: [{ id: 1, queued: true }] },
    { kind: 'store', answers: [{ id: 1, value: 2 }] },
  ]);
});

test('the lock of a rank that dies goes to the next, after the news of its death', (t) => {
  const made = stage({ onFailure: 'continue' });
  made.end(0, 'SIGKILL');
  const [last, before] = made.told(1).toReversed();
  t.deepEqual(last, granted);
  t.is(before?.kind, 'lost');
  t.is(answersTo(made, 2).length, 1, 'and to nobody else');
});

test('the lock of a rank in finalize goes to the next, before the news of it', (t) => {
  const made = stage();
  made.finalize(0);
  const [last, before] = made.told(1).toReversed();
  t.is(last?.kind, 'finalizing');
  t.deepEqual(before, granted);
});

test('the locks of a lost host go to ranks of others', (t) => {
  const made = stage({ onFailure: 'continue' });
  made.lose({ name: 'node1', ranks: [0, 1], reason: 'it is silent' });
  t.deepEqual(answersTo(made, 2).at(-1), granted);
  t.is(answersTo(made, 3).length, 1);
});

test('a rank that has ended asks for nothing any more', (t) => {
  const made = stage({ onFailure: 'continue' });
  made.end(0, 'SIGKILL').say(0, { kind: 'store', calls: [lock(8)] });
  t.is(answersTo(made, 0).length, 1);
});

const wait: Wait = {
  kind: 'lock',
  call: 'store.lock "l"',
  waitsFor: [],
  sinceMs: 1000,
  stack: ['file:///p/main.ts:3:1'],
  lock: 'l',
};

test('the table names who holds a lock that a rank waits for', (t) => {
  const made = stage();
  made.job.signal('SIGQUIT');
  for (const rank of [0, 1, 2, 3]) made.answer(rank, rank === 3 ? [] : [wait]);
  t.regex(
    made.text,
    /rank 0 +waits 1\.0 s +store\.lock "l", held by this rank itself +main\.ts:3:1/,
  );
  t.regex(made.text, /ranks 1-2 +waits 1\.0 s +store\.lock "l", held by rank 0 +main\.ts:3:1/);
});

test('so does the report of its death, though the lock is another’s by then', (t) => {
  const made = stage();
  made.end(0, 'SIGKILL');
  for (const rank of [1, 2, 3]) made.answer(rank, rank === 3 ? [] : [wait]);
  t.regex(
    made.text,
    /who waited for rank 0:\n +ranks 1-2 +waits 1\.0 s +store\.lock "l", held by rank 0/,
  );
});

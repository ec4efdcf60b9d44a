import test from 'ava';
import { Stage } from '../../helpers/job-stage.ts';

/** Two parents, and two children of theirs with the numbers 2 and 3. */
function family(): Stage {
  return new Stage({ size: 2 }).join().spawn(2).start(2, 3).join(2, 3);
}

const ALL = [0, 1, 2, 3];
const PARENTS = [0, 1];
const CHILDREN = [2, 3];

/** Let these be through with the communicator of parents and children. */
function part(stage: Stage, ...ranks: number[]): Stage {
  for (const rank of ranks) {
    stage.say(rank, { kind: 'disconnected', context: 9, processes: ALL, connected: [] });
  }
  return stage;
}

const kinds = (stage: Stage, rank: number): string[] => stage.told(rank).map(({ kind }) => kind);

test('all who disconnect are told when the last is through, and not before', (t) => {
  const stage = part(family(), 0, 2, 3);
  for (const rank of ALL) t.false(kinds(stage, rank).includes('parted'));
  part(stage, 1);
  for (const rank of ALL) t.deepEqual(stage.told(rank).at(-1), { kind: 'parted', context: 9 });
});

test('children that have disconnected are let go when they are in finalize, and leave no word', (t) => {
  const stage = part(family(), ...ALL).finalize(2);
  t.false(kinds(stage, 2).includes('finalized'));
  stage.finalize(3);
  for (const rank of CHILDREN) t.deepEqual(stage.told(rank).at(-1), { kind: 'finalized' });
  stage.end(2, 0).end(3, 0);
  // Those that go on need no longer listen to them.
  t.deepEqual(stage.told(0).slice(-2), [
    { kind: 'lost', rank: 2, reason: 'rank 0 of child.ts has left' },
    { kind: 'lost', rank: 3, reason: 'rank 1 of child.ts has left' },
  ]);
  stage.job.signal('SIGQUIT');
  stage.answer(0, []).answer(1, []).pass(1000);
  t.regex(stage.text, /ranks 0-1 +running/);
  t.notRegex(stage.text, /child/);
  t.false(kinds(stage, 0).includes('finalized'));
  stage
    .finalize(...PARENTS)
    .end(0, 0)
    .end(1, 0);
  t.is(stage.exit?.code, 0);
  t.true(stage.quiet);
});

test('while one side has not disconnected, all wait for all', (t) => {
  const stage = part(family(), ...CHILDREN, 0).finalize(...CHILDREN);
  for (const rank of CHILDREN) t.false(kinds(stage, rank).includes('finalized'));
  part(stage, 1);
  for (const rank of CHILDREN) t.true(kinds(stage, rank).includes('finalized'));
});

test('parents that have disconnected may end before their children', (t) => {
  const stage = part(family(), ...ALL).finalize(...PARENTS);
  for (const rank of PARENTS) t.deepEqual(stage.told(rank).at(-1), { kind: 'finalized' });
  stage.end(0, 0).end(1, 0).pass(5000);
  t.is(stage.exit, undefined);
  stage
    .finalize(...CHILDREN)
    .end(2, 0)
    .end(3, 0);
  t.is(stage.exit?.code, 0);
  t.is(stage.text, '');
});

test('those who are connected by others in between wait for each other', (t) => {
  // A child of the child, which disconnects from its parent, that is still connected with the first world.
  const stage = new Stage({ size: 1 }).join().spawn(1).start(1).join(1);
  stage.spawn(1, { asker: 1 }).start(2).join(2).finalize(2);
  t.false(kinds(stage, 2).includes('finalized'));
  // The first world and its child part: the child and its own child are still connected.
  for (const rank of [0, 1]) {
    const connected = rank === 1 ? [2] : [];
    stage.say(rank, { kind: 'disconnected', context: 9, processes: [0, 1], connected });
  }
  t.false(kinds(stage, 2).includes('finalized'));
  stage.finalize(1);
  t.true(kinds(stage, 2).includes('finalized'));
  t.false(kinds(stage, 0).includes('finalized'));
});

test('who ends without a word holds up nobody that disconnects', (t) => {
  const stage = new Stage({ size: 1 }).join().spawn(2, { tolerant: true }).start(1, 2).join(1, 2);
  const news = { kind: 'disconnected', context: 9, processes: [0, 1, 2], connected: [] } as const;
  stage.say(0, news).say(1, news).end(2, 'SIGKILL');
  t.deepEqual(stage.told(1).at(-1), { kind: 'parted', context: 9 });
  stage.finalize(1);
  t.deepEqual(stage.told(1).at(-1), { kind: 'finalized' });
});

test('a failure ends those that are connected with it, and gives the job its exit code', (t) => {
  const stage = part(family(), ...ALL);
  stage.fail(3, 'TypeError: x').end(3, 1);
  t.deepEqual(stage.told(2).at(-1), {
    kind: 'ending',
    rank: 3,
    reason: 'rank 1 of child.ts failed: TypeError: x',
  });
  t.deepEqual(stage.told(0).at(-1), {
    kind: 'lost',
    rank: 3,
    reason: 'rank 1 of child.ts failed: TypeError: x',
  });
  stage.pass(1000);
  t.deepEqual(stage.killed, ['500 SIGTERM 2']);
  stage
    .finalize(...PARENTS)
    .end(0, 0)
    .end(1, 0);
  t.is(stage.exit?.code, 1);
  t.is(
    stage.text,
    [
      'tsrun: rank 1 of child.ts (here) failed: TypeError: x; those that it has disconnected from go on',
      '      at main.ts:1:1',
    ].join('\n'),
  );
  t.true(stage.quiet);
});

test('of failures apart the one counts that no other caused', (t) => {
  const stage = part(family(), ...ALL);
  stage.fail(2, 'MpiError: rank 1 of child.ts was killed', 3).end(2, 1);
  t.is(stage.text, '');
  stage.end(3, 'SIGKILL');
  t.regex(stage.text, /^tsrun: rank 1 of child\.ts .* was killed by SIGKILL/);
  stage
    .finalize(...PARENTS)
    .end(0, 0)
    .end(1, 0);
  t.is(stage.exit?.code, 137);
});

test('a failure in the first world ends all, those that have disconnected too', (t) => {
  const stage = part(family(), ...ALL);
  stage.fail(0, 'TypeError: x').end(0, 1).pass(1000);
  t.deepEqual(stage.killed, ['500 SIGTERM 1', '500 SIGTERM 2', '500 SIGTERM 3']);
  t.is(stage.exit?.code, 1);
});

test('when nobody else goes on, a failure is that of the job', (t) => {
  const stage = part(family(), ...ALL)
    .finalize(...PARENTS)
    .end(0, 0)
    .end(1, 0);
  stage.fail(2, 'TypeError: x').end(2, 1).pass(1000);
  t.is(stage.exit?.code, 1);
  t.regex(stage.text, /^tsrun: rank 0 of child\.ts \(here\) failed: TypeError: x\n/);
});

test('a child that has disconnected, alone, may end without finalize', (t) => {
  const stage = new Stage({ size: 1 }).join().spawn(1).start(1).join(1);
  for (const rank of [0, 1]) {
    stage.say(rank, { kind: 'disconnected', context: 9, processes: [0, 1], connected: [] });
  }
  stage.end(1, 0).pass(5000).finalize(0).end(0, 0);
  t.is(stage.exit?.code, 0);
  t.is(stage.text, '');
});

test('a child that its siblings miss when it ends without finalize ends them', (t) => {
  const stage = part(family(), ...ALL)
    .end(2, 0)
    .pass(2000);
  t.deepEqual(stage.killed, ['1000 SIGTERM 3']);
  t.regex(
    stage.text,
    /^tsrun: rank 0 of child\.ts .*; those that it has disconnected from go on\n/,
  );
  stage
    .finalize(...PARENTS)
    .end(0, 0)
    .end(1, 0);
  t.is(stage.exit?.code, 1);
});

test('a host that takes only those with it that have disconnected ends nobody else', (t) => {
  const hostOf = (rank: number): string => (rank < 2 ? 'node1' : 'node2');
  const stage = new Stage({ size: 2, hostOf }).join().spawn(2, { hosts: [1, 1] });
  part(stage.start(2, 3).join(2, 3), ...ALL).vanish(2, 3);
  stage.lose({ name: 'node2', ranks: [2, 3], reason: 'no word for 8 s' }).pass(5000);
  t.deepEqual(stage.killed, []);
  stage
    .finalize(...PARENTS)
    .end(0, 0)
    .end(1, 0);
  t.is(stage.exit?.code, 1);
  t.regex(stage.text, /was lost: no word for 8 s; those that it has disconnected from go on$/);
});

test('abort ends all, whoever calls it', (t) => {
  const stage = part(family(), ...ALL);
  stage.say(2, { kind: 'abort', exitCode: 7, stack: [] }).end(2, 7).pass(1000);
  t.is(stage.exit?.code, 7);
});

test('under --check ranks in finalize hear of the others there, and what one leaves is told', (t) => {
  const message = { what: 'rank 0, tag 5', sent: { process: 0, line: 0 }, count: 1 };
  const unmatched = { kind: 'unmatched', messages: [message], receives: [] } as const;
  const stage = new Stage({ size: 2, check: true }).join().finalize(1);
  stage.say(0, { kind: 'finalizing', framesSent: [0, 1], lines: ['main.ts:3:5'] });
  t.deepEqual(stage.told(1), [
    { kind: 'finalizing', rank: 0, framesSent: [0, 1] },
    { kind: 'finalized' },
  ]);
  stage.say(1, unmatched).end(0, 0).end(1, 0);
  t.is(stage.exit?.code, 0);
  const [first, second] = stage.text.split('\n');
  t.regex(
    first ?? '',
    /^tsrun: --check: rank 1 \(here\) has left messages that it never received:$/,
  );
  t.is(second, '  message from rank 0, tag 5  sent at main.ts:3:5');
});

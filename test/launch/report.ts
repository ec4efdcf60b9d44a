import test from 'ava';
import {
  continuedText,
  failureText,
  furtherFailureTexts,
  rankList,
  signalText,
  stoppedText,
  timeoutText,
} from '../../src/launch/report.ts';
import type { RankFailure } from '../../src/launch/supervise/failure.ts';

const context = { host: 'node1', cwd: '/p', tail: [] };

const failed = (rank: number, summary: string, text = summary, causedBy?: number): RankFailure => ({
  kind: 'failed',
  rank,
  failure: { text, summary, causedBy },
  exitCode: 1,
});

const died = (rank: number, how: number | NodeJS.Signals): RankFailure => ({
  kind: 'died',
  rank,
  pid: 4711,
  end: typeof how === 'number' ? { code: how, signal: null } : { code: null, signal: how },
});

for (const [ranks, expected] of [
  [[2], 'rank 2'],
  [[0, 1], 'ranks 0-1'],
  [[3, 0, 1], 'ranks 0-1, 3'],
  [[0, 2, 4, 5, 6, 9], 'ranks 0, 2, 4-6, 9'],
] as const) {
  test(`ranks ${ranks.join(' ')} are named "${expected}"`, (t) => {
    t.is(rankList(ranks), expected);
  });
}

test('an error is told with its stack, and its first line once', (t) => {
  const summary = 'TypeError: cells[i] is undefined';
  const text = `${summary}\n    at step (file:///p/life.ts:9:3)\n    at file:///p/life.ts:30:1\n`;
  t.is(
    failureText(failed(2, summary, text), context),
    [
      'tsrun: rank 2 (node1) failed: TypeError: cells[i] is undefined',
      '      at step (file:///p/life.ts:9:3)',
      '      at file:///p/life.ts:30:1',
    ].join('\n'),
  );
});

test('an error that comes with its source line is told whole', (t) => {
  const text = 'life.ts:9\n  throw x;\n  ^\n\nError: x\n    at life.ts:9:3';
  t.is(
    failureText(failed(0, 'Error: x', text), context),
    [
      'tsrun: rank 0 (node1) failed: Error: x',
      '  life.ts:9',
      '    throw x;',
      '    ^',
      '  Error: x',
      '      at life.ts:9:3',
    ].join('\n'),
  );
});

for (const [how, tail, expected] of [
  [3, [], 'exited with code 3'],
  [13, [], 'exited with code 13; in Node that is a top-level await that nothing could settle'],
  ['SIGKILL', [], 'was killed by SIGKILL (exit code 137); perhaps out of memory, or kill -9'],
  ['SIGBUS', [], 'was killed by SIGBUS (exit code 135); a crash in native code'],
  ['SIGUSR2', [], 'was killed by SIGUSR2 (exit code 140)'],
  [
    'SIGABRT',
    ['FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory'],
    'ran out of JavaScript heap and aborted (exit code 134)\n  allow each rank more, in MiB, with --node-args --max-old-space-size=8192',
  ],
  [
    134,
    ['FATAL ERROR: JavaScript heap out of memory'],
    'ran out of JavaScript heap and aborted (exit code 134)\n  allow each rank more, in MiB, with --node-args --max-old-space-size=8192',
  ],
] as const) {
  test(`a rank that ended with ${how}${tail.length > 0 ? ' and a full heap' : ''} is told so`, (t) => {
    const text = failureText(died(1, how), { ...context, tail });
    t.is(text, `tsrun: rank 1 (node1, pid 4711) ${expected}`);
  });
}

test('abort is told with its place', (t) => {
  const stack = ['    at solve (file:///p/solve.ts:7:3)', '    at file:///p/main.ts:1:1'];
  const abort: RankFailure = { kind: 'abort', rank: 2, exitCode: 7, stack };
  t.is(
    failureText(abort, context),
    'tsrun: rank 2 (node1) called abort(7) at solve.ts:7:3 in solve',
  );
  const bare: RankFailure = { kind: 'abort', rank: 2, exitCode: 7, stack: [] };
  t.is(failureText(bare, context), 'tsrun: rank 2 (node1) called abort(7)');
  const large: RankFailure = { kind: 'abort', rank: 2, exitCode: 300, stack: [] };
  t.is(failureText(large, context), 'tsrun: rank 2 (node1) called abort(300); exit code 255');
});

test('exit without finalize is told with its remedy', (t) => {
  t.is(
    failureText({ kind: 'unfinalized', rank: 1 }, context),
    [
      'tsrun: rank 1 (node1) exited without finalize while others still needed it',
      '  put await finalize() before process.exit(), or let the program end by itself',
    ].join('\n'),
  );
});

test('further failures take a line for each kind', (t) => {
  const others = [
    failed(1, 'Error: a'),
    failed(2, 'Error: b'),
    died(3, 3),
    failed(4, 'Error: a'),
    died(5, 3),
  ];
  t.deepEqual(furtherFailureTexts(failed(0, 'Error: a'), others, '/p'), [
    'tsrun: ranks 1, 4 also failed in the same way',
    'tsrun: rank 2 also failed: Error: b',
    'tsrun: ranks 3, 5 also exited with code 3',
  ]);
});

test('failures that differ in the rank alone that tells them are of one kind', (t) => {
  const late = (rank: number): RankFailure =>
    failed(rank, `MpiError [ERR_FINALIZED]: rank ${rank}: send to 0: called after finalize()`);
  t.deepEqual(furtherFailureTexts(late(1), [late(0), late(2)], '/p'), [
    'tsrun: ranks 0, 2 also failed in the same way',
  ]);
});

test('failures that another rank caused take a line for each place', (t) => {
  const lost = (rank: number, ...places: string[]): RankFailure => {
    const summary = `MpiError: rank ${rank}: a`;
    const frames = places.map((place) => `\n    at ${place}`);
    return failed(rank, summary, summary + frames.join(''), 3);
  };
  const place = 'async part (/p/a.ts:3:1)';
  const others = [lost(0, place, '/p/a.ts:9:1'), lost(1, place, '/p/a.ts:9:1'), lost(2)];
  t.deepEqual(furtherFailureTexts(died(3, 'SIGKILL'), others, '/p'), [
    'tsrun: ranks 0-1 needed rank 3 and failed at a.ts:3:1 in part ← a.ts:9:1',
    'tsrun: rank 2 needed rank 3 and failed',
  ]);
});

test('the last line names the ranks that were stopped, why, and the exit code', (t) => {
  t.is(
    stoppedText(failed(2, 'Error: a'), [0, 1, 3], 1),
    'tsrun: ranks 0-1, 3 were stopped because rank 2 failed; exit code 1',
  );
  t.is(
    stoppedText(died(0, 'SIGKILL'), [1], 137),
    'tsrun: rank 1 was stopped because rank 0 was killed by SIGKILL; exit code 137',
  );
});

test('a job that went on after a failure is summed up', (t) => {
  t.is(
    continuedText([2, 1], 8, 3),
    'tsrun: ranks 1-2 of 8 failed, the others went on; exit code 3',
  );
});

test('timeouts and signals are acknowledged', (t) => {
  t.is(timeoutText(5), 'tsrun: the job ran longer than --timeout 5 s and was stopped');
  t.is(
    signalText('SIGINT', 2),
    'tsrun: SIGINT: the ranks have 2 s to end; press Ctrl-C again to kill them at once',
  );
  t.is(signalText('SIGTERM', 0.5), 'tsrun: SIGTERM: the ranks have 0.5 s to end');
});

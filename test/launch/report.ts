import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import type { Unmatched } from '../../src/control/ending.ts';
import {
  continuedText,
  failureText,
  furtherFailureTexts,
  signalText,
  stoppedText,
  timeoutText,
  unmatchedText,
} from '../../src/launch/report.ts';
import type { RankFailure } from '../../src/launch/supervise/failure.ts';
import { Names } from '../../src/launch/supervise/names.ts';
import { ROOT } from '../helpers/run-example.ts';

const context = { names: new Names(8, () => 'node1'), cwd: '/p' };

/** Two ranks on each of four hosts. */
const apart = { names: new Names(8, (rank) => `node${1 + (rank >> 1)}`), cwd: '/p' };

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
    const text = failureText(died(1, how), context, tail);
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
  t.deepEqual(furtherFailureTexts(failed(0, 'Error: a'), others, context), [
    'tsrun: ranks 1, 4 also failed in the same way',
    'tsrun: rank 2 also failed: Error: b',
    'tsrun: ranks 3, 5 also exited with code 3',
  ]);
});

test('failures that differ in the rank alone that tells them are of one kind', (t) => {
  const late = (rank: number): RankFailure =>
    failed(rank, `MpiError [ERR_FINALIZED]: rank ${rank}: send to 0: called after finalize()`);
  t.deepEqual(furtherFailureTexts(late(1), [late(0), late(2)], context), [
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
  t.deepEqual(furtherFailureTexts(died(3, 'SIGKILL'), others, context), [
    'tsrun: ranks 0-1 needed rank 3 and failed at a.ts:3:1 in part ← a.ts:9:1',
    'tsrun: rank 2 needed rank 3 and failed',
  ]);
});

test('a failure that an error of another rank caused, and that names no line, is not told', (t) => {
  const main = failed(3, 'Error: x');
  const others = [
    failed(0, 'MpiError: a', 'MpiError: a', 3),
    failed(1, 'MpiError: b', 'MpiError: b\n    at /p/a.ts:9:1', 3),
    failed(2, 'MpiError: c', 'MpiError: c', 1),
  ];
  t.deepEqual(furtherFailureTexts(main, others, context), [
    'tsrun: rank 1 needed rank 3 and failed at a.ts:9:1',
    'tsrun: rank 2 needed rank 1 and failed',
  ]);
});

test('what is left unmatched is told with its lines, as far as these are known, and is bounded', (t) => {
  const message = (line: number) => ({
    what: 'rank 0, tag 5',
    sent: { process: 0, line },
    count: 1,
  });
  const lines = ['/p/a.ts:1:2', '/q/b.ts:3:4'];
  const text = (messages: number, receives: readonly Unmatched[] = []): string[] =>
    unmatchedText(
      1,
      { messages: Array.from({ length: messages }, (_, line) => message(line)), receives },
      ({ line }) => lines[line],
      context,
    ).split('\n');
  const receive = { what: 'any rank, any tag', line: 'c.ts:5:6', count: 4 };
  t.deepEqual(text(3, [receive]).slice(0, -1), [
    'tsrun: --check: rank 1 (node1) has left messages that it never received and receives for which nothing came:',
    '  message from rank 0, tag 5         sent at a.ts:1:2',
    '  message from rank 0, tag 5         sent at /q/b.ts:3:4',
    '  message from rank 0, tag 5         sent at an unknown line',
    '  4 receives from any rank, any tag  posted at c.ts:5:6',
  ]);
  t.is(
    text(0, [receive])[0],
    'tsrun: --check: rank 1 (node1) has left receives for which nothing came:',
  );
  const many = text(11);
  t.is(many.length, 11);
  t.is(many.at(-2), '  and 3 lines more');
});

test('failures name hosts where there are several', (t) => {
  const others = [
    died(1, 'SIGKILL'),
    died(6, 'SIGKILL'),
    failed(0, 'MpiError: a', 'MpiError: a', 3),
    failed(4, 'MpiError: b', 'MpiError: b', 3),
  ];
  t.regex(failureText(died(3, 'SIGSEGV'), apart), /^tsrun: rank 3 \(node2, pid 4711\) was killed/);
  t.deepEqual(furtherFailureTexts(died(3, 'SIGSEGV'), others, apart), [
    'tsrun: ranks 1, 6 (node1, node4) also was killed by SIGKILL',
    'tsrun: ranks 0, 4 (node1, node3) needed rank 3 (node2) and failed',
  ]);
});

const SILENT = 'nothing was heard from it for 8 s';

const lost = (name: string, ranks: readonly number[], reason = SILENT): RankFailure => ({
  kind: 'host-lost',
  rank: ranks[0] ?? 0,
  host: { name, ranks, reason, remedy: 'see whether it is up' },
});

test('a lost host is told with its ranks, the reason and the remedy', (t) => {
  t.is(
    failureText(lost('node2', [2, 3]), apart),
    'tsrun: host node2 (ranks 2-3) was lost: nothing was heard from it for 8 s\n  see whether it is up',
  );
  t.is(
    stoppedText(lost('node2', [2]), [0, 1], 1, apart.names),
    'tsrun: ranks 0-1 were stopped because host node2 was lost; exit code 1',
  );
});

test('docs/cluster.md shows these reports word for word', (t) => {
  const document = readFileSync(join(ROOT, 'docs/cluster.md'), 'utf8');
  const host = lost('node2', [2, 3]);
  const shown = [
    failureText(host, apart).split('\n')[0],
    stoppedText(host, [0, 1], 1, apart.names),
    ...furtherFailureTexts(host, [lost('node3', [4, 5])], apart),
    failureText(died(3, 'SIGKILL'), apart),
    stoppedText(died(3, 'SIGKILL'), [0, 1, 2], 137, apart.names),
  ];
  const words = document.replaceAll(/\s+/g, ' ');
  for (const line of shown) t.true(words.includes(line ?? '?'), line);
});

test('further lost hosts take a line for each reason', (t) => {
  const others = [
    lost('node3', [4, 5]),
    lost('node1', [0, 1], 'ssh ended with code 255'),
    lost('node4', [6, 7]),
  ];
  t.deepEqual(furtherFailureTexts(lost('node2', [2, 3]), others, apart), [
    'tsrun: hosts node3, node4 (ranks 4-7) were also lost in the same way',
    'tsrun: host node1 (ranks 0-1) was also lost: ssh ended with code 255\n  see whether it is up',
  ]);
});

test('the last line names the ranks that were stopped, why, and the exit code', (t) => {
  t.is(
    stoppedText(failed(2, 'Error: a'), [0, 1, 3], 1, context.names),
    'tsrun: ranks 0-1, 3 were stopped because rank 2 failed; exit code 1',
  );
  t.is(
    stoppedText(died(0, 'SIGKILL'), [1], 137, context.names),
    'tsrun: rank 1 was stopped because rank 0 was killed by SIGKILL; exit code 137',
  );
});

test('a job that went on after a failure is summed up', (t) => {
  t.is(
    continuedText([2, 1], 8, 3, context.names),
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

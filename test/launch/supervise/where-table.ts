import test from 'ava';
import type { Wait } from '../../../src/control/message.ts';
import { Names } from '../../../src/launch/supervise/names.ts';
import { type RankPlace, whereTable } from '../../../src/launch/supervise/where-table.ts';

const table = (
  places: readonly RankPlace[],
  hostOf: (rank: number) => string = () => 'here',
): string[] => {
  const context = { names: new Names(places.length, hostOf), cwd: '/p' };
  return whereTable('where', places, context).split('\n').slice(1);
};

const answered = (rank: number, ...waits: Wait[]): RankPlace => ({
  kind: 'answered',
  rank,
  waits,
  finalizingMs: undefined,
});

const wait = (call: string, sinceMs: number, ...stack: string[]): Wait => ({
  kind: 'receive',
  call,
  waitsFor: [],
  sinceMs,
  stack,
});

test('columns are aligned, and paths are relative to the working folder', (t) => {
  const places = [
    answered(0, wait('receive from 1, tag 7', 12_340, '    at async file:///p/exchange.ts:14:21')),
    answered(
      1,
      wait(
        'broadcast from 0',
        112_300,
        '    at async helper (file:///p/lib/a%20b.ts:14:21)',
        '    at async file:///other/main.ts:3:1',
      ),
    ),
  ];
  t.deepEqual(table(places), [
    '  rank 0  waits 12.3 s   receive from 1, tag 7  exchange.ts:14:21',
    '  rank 1  waits 112.3 s  broadcast from 0       lib/a b.ts:14:21 in helper ← /other/main.ts:3:1',
  ]);
});

test('ranks that differ in time alone share a line', (t) => {
  const barrier = (rank: number, ms: number): RankPlace =>
    answered(rank, wait('barrier', ms, '    at async file:///p/main.ts:3:1'));
  t.deepEqual(
    table([barrier(0, 900), { kind: 'busy', rank: 1 }, barrier(2, 950), barrier(3, 1500)]),
    [
      '  ranks 0, 2-3  waits 0.9-1.5 s  barrier  main.ts:3:1',
      '  rank 1        busy: computing, or in a synchronous call',
    ],
  );
});

test('a rank with several waits has a line for each', (t) => {
  const stack = ['    at async Promise.all (index 1)', '    at async file:///p/main.ts:3:1'];
  const places = [answered(0, wait('receive from 1', 100, ...stack), wait('send to 2', 2000))];
  t.deepEqual(table(places), [
    '  rank 0  waits 0.1 s  receive from 1  Promise.all (index 1) ← main.ts:3:1',
    '          waits 2.0 s  send to 2       started, not awaited',
  ]);
});

test('a long chain of callers is cut', (t) => {
  const stack = [1, 2, 3, 4, 5].map((line) => `    at async file:///p/main.ts:${line}:1`);
  t.deepEqual(table([answered(0, wait('barrier', 0, ...stack))]), [
    '  rank 0  waits 0.0 s  barrier  main.ts:1:1 ← main.ts:2:1 ← main.ts:3:1 ← main.ts:4:1 ← …',
  ]);
});

test('a rank in finalize, one that never joined and those that ended are named so', (t) => {
  const places: RankPlace[] = [
    { kind: 'answered', rank: 0, waits: [], finalizingMs: 3000 },
    { kind: 'unjoined', rank: 1 },
    { kind: 'ended', rank: 2, end: { code: null, signal: 'SIGSEGV' } },
    { kind: 'ended', rank: 3, end: undefined },
  ];
  t.deepEqual(table(places), [
    '  rank 0  in finalize 3.0 s',
    '  rank 1  running, has not loaded tsmpi',
    '  rank 2  was killed by SIGSEGV',
    '  rank 3  never started',
  ]);
});

test('ranks that wait as they should are told by what they do', (t) => {
  const serving: Wait = { ...wait('receive from 0', 900), kind: 'serving' };
  t.deepEqual(table([answered(0), answered(1, serving), answered(2, serving)]), [
    '  rank 0     running, waits for no message',
    '  ranks 1-2  serves as a worker',
  ]);
});

test('hosts have a column where there are several, and do not keep ranks from sharing a line', (t) => {
  const places: RankPlace[] = [
    answered(0, wait('receive from 3', 900, '    at async file:///p/main.ts:3:1')),
    { kind: 'busy', rank: 1 },
    { kind: 'busy', rank: 2 },
    { kind: 'lost', rank: 3 },
  ];
  t.deepEqual(
    table(places, (rank) => ['node1', 'node1', 'node2', 'node13'][rank] ?? ''),
    [
      '  rank 0     node1         waits 0.9 s  receive from 3  main.ts:3:1',
      '  ranks 1-2  node1, node2  busy: computing, or in a synchronous call',
      '  rank 3     node13        was lost with its host',
    ],
  );
});

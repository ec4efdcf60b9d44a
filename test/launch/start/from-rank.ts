import test from 'ava';
import { parseFromRank } from '../../../src/launch/start/from-rank.ts';

const wait = { kind: 'receive', call: 'receive', waitsFor: [1], sinceMs: 5, stack: ['at a'] };

const child = { program: 'child.ts', n: 2, args: ['a b', ''], env: { A: '1' } };
const spawn = {
  kind: 'spawn',
  id: 1,
  programs: [child],
  parents: [0, 1],
  context: 9,
  tolerant: false,
};

const standing = {
  waitsFor: [1],
  locks: ['l'],
  mayHear: [],
  framesSent: [0, 2],
  framesReceived: [0, 1],
  heard: 3,
};

for (const message of [
  spawn,
  { ...spawn, programs: [{ ...child, wdir: '/', hosts: 'a:1' }] },
  { kind: 'joined' },
  { kind: 'joined', address: 'ipc://x' },
  { kind: 'finalizing', framesSent: [1, 0] },
  { kind: 'finalizing', framesSent: [1, 0], lines: ['a.ts:1:1'] },
  {
    kind: 'unmatched',
    messages: [{ what: 'rank 0, tag 1', sent: { process: 0, line: 0 }, count: 2 }],
    receives: [{ what: '0, tag 1', line: 'a.ts:1:1', count: 1 }],
  },
  { kind: 'failed', failure: { text: 't', summary: 's' }, exitCode: 1 },
  { kind: 'failed', failure: { text: 't', summary: 's', causedBy: 2 }, exitCode: 1 },
  { kind: 'abort', exitCode: 7, stack: ['at a'] },
  { kind: 'waits', id: 3, waits: [wait], finalizing: false },
  { kind: 'waits', id: 3, waits: [{ ...wait, lock: 'l', hint: '; h' }], finalizing: false },
  { kind: 'store', calls: [{ op: 'get', id: 1, key: 'k' }] },
  { kind: 'stands', standing },
  { kind: 'serving' },
  { kind: 'dismiss', processes: [2, 3], atOnce: true },
  { kind: 'disconnected', context: 8, processes: [0, 2], connected: [] },
]) {
  test(`${JSON.stringify(message)} is taken as it is`, (t) => {
    t.deepEqual<unknown, unknown>(parseFromRank(message), message);
  });
}

for (const value of [
  undefined,
  null,
  1,
  'joined',
  [],
  ['joined'],
  {},
  { kind: 'left' },
  { kind: 'toString' },
  { kind: 'joined', address: 1 },
  { kind: 'finalizing' },
  { kind: 'finalizing', framesSent: ['1'] },
  { kind: 'finalizing', framesSent: [1], lines: [1] },
  { kind: 'unmatched', messages: [] },
  { kind: 'unmatched', messages: [{ what: 'x' }], receives: [] },
  { kind: 'unmatched', messages: [{ what: 'x', sent: { process: 0 }, count: 1 }], receives: [] },
  { kind: 'failed', exitCode: 1 },
  { kind: 'failed', exitCode: 1, failure: { text: 't' } },
  { kind: 'failed', exitCode: 1, failure: { text: 't', summary: 's', causedBy: 'x' } },
  { kind: 'abort', exitCode: 1 },
  { kind: 'abort', exitCode: 1, stack: [1] },
  { kind: 'stands' },
  { kind: 'stands', standing: { ...standing, mayHear: undefined } },
  { kind: 'stands', standing: { ...standing, framesSent: ['1'] } },
  { kind: 'waits', id: 3, waits: [{ ...wait, hint: 1 }], finalizing: false },
  { ...spawn, tolerant: undefined },
  { ...spawn, parents: ['0'] },
  { ...spawn, programs: {} },
  { ...spawn, programs: [{ ...child, n: '2' }] },
  { ...spawn, programs: [{ ...child, env: { A: 1 } }] },
  { ...spawn, programs: [{ ...child, env: [] }] },
  { ...spawn, programs: [{ ...child, hosts: 1 }] },
  { kind: 'waits', id: '1', waits: [], finalizing: false },
  { kind: 'waits', id: 1, waits: [], finalizing: 'no' },
  { kind: 'waits', id: 1, waits: [{ ...wait, stack: undefined }], finalizing: false },
  { kind: 'waits', id: 1, waits: [{ ...wait, lock: 1 }], finalizing: false },
  { kind: 'waits', id: 1, waits: [{ ...wait, kind: 'toString' }], finalizing: false },
  { kind: 'progress', text: '1 of 3' },
  { kind: 'progress', text: '\x1b[2J', kept: false },
  { kind: 'progress', text: 'two\nlines', kept: false },
  { kind: 'disconnected', context: 8, processes: [0, 2] },
  { kind: 'disconnected', context: '8', processes: [0], connected: [] },
  { kind: 'store' },
  { kind: 'store', calls: [{ op: 'get', id: 1 }] },
]) {
  test(`${JSON.stringify(value)} is no message of ours`, (t) => {
    t.is(parseFromRank(value), undefined);
  });
}

test('fields that are not ours are left out', (t) => {
  const message = { kind: 'joined', address: 'a', toJSON: 1 };
  t.deepEqual<unknown, unknown>(parseFromRank(message), { kind: 'joined', address: 'a' });
});

test('an exit code that JSON cannot write is NaN, and the failure is kept', (t) => {
  const message = JSON.parse(JSON.stringify({ kind: 'abort', exitCode: Number.NaN, stack: [] }));
  t.deepEqual<unknown, unknown>(parseFromRank(message), {
    kind: 'abort',
    exitCode: Number.NaN,
    stack: [],
  });
});

import test from 'ava';
import type { Host } from '../../../src/hosts/host.ts';
import { placeMore } from '../../../src/launch/grow/place.ts';

const A: Host = { name: 'a', slots: 4 };
const B: Host = { name: 'b', slots: 2 };
const C: Host = { name: 'c', slots: 8 };

const anywhere = (n: number): undefined[] => new Array<undefined>(n).fill(undefined);
const on = (list: string, n: number): string[] => new Array<string>(n).fill(list);

test('each process goes to the host of the job that is then filled least', (t) => {
  const places = { hosts: [A, B], limited: false, loads: [1, 1] };
  t.deepEqual(placeMore(anywhere(6), places), [0, 0, 0, 1, 0, 0]);
});

test('what has ended leaves room', (t) => {
  t.deepEqual(placeMore(anywhere(3), { hosts: [A, B], limited: false, loads: [4, 0] }), [1, 1, 0]);
});

test('hosts on which no rank was started have their share', (t) => {
  const places = { hosts: [B, C], limited: false, loads: [2, 0] };
  t.deepEqual(placeMore(anywhere(8), places), [1, 1, 1, 1, 1, 1, 1, 1]);
  t.deepEqual(placeMore(anywhere(2), { ...places, loads: [0, 7] }), [0, 0]);
});

test('hosts that were lost are left alone, but by those that name them', (t) => {
  const places = { hosts: [B, C], limited: false, loads: [2, 0], lost: new Set([1]) };
  t.deepEqual(placeMore(anywhere(2), places), [0, 0]);
  t.deepEqual(placeMore(on('c', 1), places), [1]);
});

test('a list of hosts is filled as -H is, its slots in place of those of the job', (t) => {
  const places = { hosts: [A, B], limited: false, loads: [4, 1] };
  t.deepEqual(placeMore(on('b:1,a', 5), places), [1, 0, 0, 0, 0]);
  t.deepEqual(placeMore([...on('b', 2), ...on('a', 1), undefined], places), [1, 1, 0, 0]);
});

for (const [lists, places, text] of [
  [
    on('d', 1),
    { hosts: [A, B], limited: false, loads: [1, 1] },
    "'d' is not among the hosts of this job: a, b",
  ],
  [
    anywhere(2),
    { hosts: [A, B], limited: true, loads: [4, 1] },
    'there is no room for 2 more processes on a, b: the allocation has too few slots',
  ],
  [
    anywhere(1),
    { hosts: [{ ...A, maxSlots: 4 }], limited: false, loads: [4] },
    'there is no room for another process on a: max_slots leaves too few slots',
  ],
  [
    on('a', 2),
    { hosts: [{ ...A, maxSlots: 4 }], limited: false, loads: [3] },
    'there is no room for 2 more processes on a: max_slots leaves too few slots',
  ],
] as const) {
  test(`it is told that ${text}`, (t) => {
    t.throws(() => placeMore(lists, places), { message: text });
  });
}

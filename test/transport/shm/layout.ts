import test from 'ava';
import {
  LEAST_RING_BYTES,
  type PartShape,
  processWord,
  SegmentLayout,
  sleepWord,
  wordsBytes,
} from '../../../src/transport/shm/layout.ts';
import { carriesHeaders } from '../../../src/transport/shm/ring.ts';

const SOME = new SegmentLayout({ members: [2, 5, 9], ringBytes: 4096 });
const FIRST = new SegmentLayout({ members: [0, 1, 2], ringBytes: 4096 });
const LATER = new SegmentLayout({
  members: [7, 8],
  ringBytes: 8192,
  elders: [2, 5, 4],
  elderRingBytes: 4096,
});

test('some ranks of a world share memory as the first ones would', (t) => {
  t.is(SOME.bytes, FIRST.bytes);
  for (const [place, rank] of SOME.members.entries()) {
    t.is(SOME.sleepWord(rank), FIRST.sleepWord(place));
    t.is(SOME.processWord(rank), FIRST.processWord(place));
    for (const [other, peer] of SOME.members.entries()) {
      if (peer === rank) continue;
      t.is(SOME.controlWord(rank, peer), FIRST.controlWord(place, other));
      t.is(SOME.ringAt(rank, peer), FIRST.ringAt(place, other));
    }
  }
});

test('it is known which ranks have a part, and whom each reaches through it', (t) => {
  const has = (layout: SegmentLayout): number[] =>
    [-1, 0, 1, 2, 3, 5, 7, 8, 9, 10].filter((rank) => layout.has(rank));
  t.deepEqual([SOME, FIRST, LATER].map(has), [
    [2, 5, 9],
    [0, 1, 2],
    [7, 8],
  ]);
  t.deepEqual(SOME.peersOf(5), [2, 9]);
  t.deepEqual(LATER.peersOf(8), [7, 2, 5, 4]);
  t.deepEqual(LATER.peersOf(5), [7, 8]);
  t.deepEqual(LATER.peersOf(3), []);
});

test('where words lie is known without the rest of the part', (t) => {
  for (const [place, member] of LATER.members.entries()) {
    t.is(LATER.sleepWord(member), sleepWord(place));
    t.is(LATER.processWord(member), processWord(place));
    t.true(4 * (processWord(place) + 1) <= wordsBytes(place + 1));
  }
});

const SHAPES: readonly PartShape[] = [2, 3, 7].flatMap((size) =>
  [0, 1, 4].flatMap((elders) =>
    [4096, 32 * 1024].map((elderRingBytes) => ({
      members: Array.from({ length: size }, (_, rank) => 10 + 2 * rank),
      ringBytes: 16 * 1024,
      elders: Array.from({ length: elders }, (_, rank) => 9 - rank),
      elderRingBytes,
    })),
  ),
);

test('rings never overlap, whatever their size, and carry every header', (t) => {
  t.true(carriesHeaders(LEAST_RING_BYTES));
  for (const shape of [{ members: [3], ringBytes: 4096 }, ...SHAPES]) {
    const layout = new SegmentLayout(shape);
    const taken: [start: number, end: number][] = layout.members.map((member) => {
      return [layout.sleepWord(member) * 4, layout.sleepWord(member) * 4 + 128];
    });
    for (const [source, dest] of pairsOf(layout)) taken.push(...placesOf(layout, source, dest));
    taken.sort(([a], [b]) => a - b);
    for (const [n, [, end]] of taken.entries()) {
      t.true(end <= (taken[n + 1]?.[0] ?? layout.bytes));
    }
  }
});

test('what is given back holds what those share who are gone, whole, and nothing of others', (t) => {
  for (const shape of SHAPES) {
    const layout = new SegmentLayout(shape);
    const own = layout.ofMembers();
    t.true(own.at >= wordsBytes(layout.members.length));
    for (const [source, dest] of pairsOf(layout)) {
      const elder = [source, dest].find((rank) => !layout.has(rank));
      for (const [start, end] of placesOf(layout, source, dest)) {
        for (const other of layout.elders) {
          const { at, bytes } = layout.ofElder(other);
          t.is(at % 4096, 0);
          t.is(start >= at && end <= at + bytes, other === elder);
          t.is(start < at + bytes && end > at, other === elder);
        }
        // Control blocks may begin in the page of the words.
        if (elder === undefined) t.true(end <= own.at + own.bytes);
        else t.true(start >= own.at + own.bytes);
      }
    }
  }
});

function pairsOf(layout: SegmentLayout): [source: number, dest: number][] {
  return layout.members.flatMap((member) =>
    layout.peersOf(member).flatMap((peer): [number, number][] => {
      // Those of two members come twice otherwise.
      return layout.has(peer)
        ? [[member, peer]]
        : [
            [member, peer],
            [peer, member],
          ];
    }),
  );
}

/** Where the control block and the ring of a pair lie. */
function placesOf(layout: SegmentLayout, source: number, dest: number): [number, number][] {
  const control = layout.controlWord(source, dest) * 4;
  const ring = layout.ringAt(source, dest);
  return [
    [control, control + 3 * 128],
    [ring, ring + layout.ringBytesOf(source, dest)],
  ];
}

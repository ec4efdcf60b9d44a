import { fstatSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { chooseLayout, makeSegment, NoSegment } from '../../src/launch/segment.ts';
import { SegmentLayout } from '../../src/transport/shm/layout.ts';
import { carriesHeaders } from '../../src/transport/shm/ring.ts';
import { canShareMemory } from '../../src/transport/shm/system.ts';
import { tempFolder } from '../helpers/temp-folder.ts';

const MIB = 2 ** 20;
const PLENTY = 64 * 1024 * MIB;

const here = canShareMemory(process.platform, process.arch) ? test : test.skip;

here(
  'the memory of a job has no name, is this user’s alone, and is there to its last byte',
  (t) => {
    const segment = makeSegment(4);
    t.teardown(() => segment.close());
    const { nlink, mode, size, blocks } = fstatSync(segment.file);
    t.is(nlink, 0);
    t.is(mode & 0o777, 0o600);
    t.is(size, new SegmentLayout(4, segment.ringBytes).bytes);
    t.true(blocks * 512 >= size);
  },
);

here(
  'the memory leaves no trace in its folder, and another folder serves where one does not',
  (t) => {
    const [missing, good] = [join(tempFolder(t), 'missing'), tempFolder(t)];
    const segment = makeSegment(2, { folders: [missing, good] });
    t.teardown(() => segment.close());
    t.is(segment.folder, good);
    t.is(segment.lack, `there is no ${missing}`);
    t.deepEqual(readdirSync(good), []);
  },
);

here('where no folder serves, each is named with the reason', (t) => {
  const file = join(tempFolder(t), 'file');
  writeFileSync(file, '');
  const missing = join(tempFolder(t), 'missing');
  const error = t.throws(() => makeSegment(2, { folders: [missing, file] }), {
    instanceOf: NoSegment,
  });
  t.is(error.message, `there is no ${missing}; no file can be made in ${file} (ENOTDIR)`);
  t.regex(
    t.throws(() => makeSegment(5000, { folders: [tempFolder(t)] })).message,
    /too little space for 5000 ranks$/,
  );
});

test('few ranks get large rings, many ranks smaller ones, and too many none', (t) => {
  const ringBytes = (size: number): number | undefined => chooseLayout(size, PLENTY)?.ringBytes;
  t.deepEqual([2, 8, 16, 32, 64, 128, 245, 246, 300].map(ringBytes), [
    256 * 1024,
    256 * 1024,
    128 * 1024,
    32 * 1024,
    4096,
    4096,
    4096,
    undefined,
    undefined,
  ]);
});

test('32 ranks find room in the 64 MiB that Docker gives, and leave half of it to others', (t) => {
  const layout = chooseLayout(32, 64 * MIB);
  t.true(layout !== undefined && layout.bytes <= 32 * MIB);
});

test('where there is hardly any space no memory is shared', (t) => {
  t.is(chooseLayout(2, 10_000), undefined);
});

test('rings never overlap, whatever their size, and carry every header', (t) => {
  for (const size of [2, 3, 7]) {
    const layout = chooseLayout(size, 300_000 * size);
    if (layout === undefined) throw new Error('no layout');
    t.true(carriesHeaders(layout.ringBytes));
    const taken: [start: number, end: number][] = [];
    for (let rank = 0; rank < size; rank += 1) {
      taken.push([layout.sleepWord(rank) * 4, layout.sleepWord(rank) * 4 + 64]);
      for (let dest = 0; dest < size; dest += 1) {
        if (dest === rank) continue;
        const control = layout.controlWord(rank, dest) * 4;
        taken.push([control, control + 192]);
        const ring = layout.ringAt(rank, dest);
        taken.push([ring, ring + layout.ringBytes]);
      }
    }
    taken.sort(([a], [b]) => a - b);
    for (const [n, [, end]] of taken.entries()) {
      t.true(end <= (taken[n + 1]?.[0] ?? layout.bytes));
    }
  }
});

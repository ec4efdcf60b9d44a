import { closeSync, fstatSync, openSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import {
  chooseLayout,
  HostMemory,
  NoSegment,
  type SegmentPlaces,
} from '../../src/launch/segment.ts';
import { SegmentLayout } from '../../src/transport/shm/layout.ts';
import { canShareMemory } from '../../src/transport/shm/system.ts';
import { tempFolder } from '../helpers/temp-folder.ts';

const MIB = 2 ** 20;
const PLENTY = 64 * 1024 * MIB;

const here = canShareMemory(process.platform, process.arch) ? test : test.skip;

function memoryIn(t: ExecutionContext, places?: SegmentPlaces): HostMemory {
  const memory = new HostMemory(places);
  t.teardown(() => memory.close());
  return memory;
}

function numbers(count: number, first = 0): number[] {
  return Array.from({ length: count }, (_, at) => first + at);
}

here(
  'the memory of a job has no name, is this user’s alone, and is there to its last byte',
  (t) => {
    const { file, part } = memoryIn(t).add([0, 1, 2, 3]);
    const { nlink, mode, size, blocks } = fstatSync(file);
    t.is(nlink, 0);
    t.is(mode & 0o777, 0o600);
    t.is(size, new SegmentLayout(part).bytes);
    t.true(blocks * 512 >= size);
  },
);

here('each growth adds a part, which tells where the others sleep', (t) => {
  const memory = memoryIn(t);
  const first = memory.add([0, 1]);
  const second = memory.add([2, 3], [1]);
  const third = memory.add([4], [0, 1, 3]);
  const parts = [first, second, third].map(({ part }) => part);
  t.deepEqual(new Set([first.file, second.file, third.file]).size, 1);
  t.deepEqual(
    parts.map(({ members, elders }) => ({ members, elders })),
    [
      { members: [0, 1], elders: [] },
      { members: [2, 3], elders: [1] },
      { members: [4], elders: [0, 1, 3] },
    ],
  );
  t.deepEqual(
    [first, second, third].map(({ homes }) => homes.map(({ at }) => at)),
    [[], [parts[0]?.at], [parts[0]?.at, parts[1]?.at]],
  );
  let end = 0;
  for (const part of parts) {
    t.is(part.at % (64 * 1024), 0);
    t.true(part.at >= end);
    end = part.at + new SegmentLayout(part).bytes;
  }
  const { size, blocks } = fstatSync(first.file);
  t.is(size, end);
  // What lies between parts is not there.
  const whole = parts.reduce((sum, part) => sum + new SegmentLayout(part).bytes, 0);
  t.is(blocks * 512, whole);
});

here('who has no memory of the job stays without', (t) => {
  const memory = memoryIn(t);
  memory.add([0]);
  t.deepEqual(memory.add([5, 6], [0, 1, 2]).part.elders, [0]);
});

here('one alone takes a page, and needs no koffi yet', (t) => {
  const missing = join(tempFolder(t), 'nowhere.js');
  const memory = memoryIn(t, { addonsFrom: missing });
  t.is(memory.add([0]).bytes, 4096);
  t.regex(
    t.throws(() => memory.add([1], [0]), { instanceOf: NoSegment }).message,
    /koffi is not installed/,
  );
});

here('a file that is given is filled, and no other is looked for', (t) => {
  const folder = tempFolder(t);
  const path = join(folder, 'given');
  const file = openSync(path, 'w+');
  const { file: used, part } = memoryIn(t, { given: { file, folder } }).add([0, 1]);
  t.is(used, file);
  t.is(statSync(path).size, new SegmentLayout(part).bytes);
  const closed = openSync(path, 'r');
  closeSync(closed);
  const given = { file: closed, folder };
  t.throws(() => new HostMemory({ given }).add([0, 1]), { instanceOf: NoSegment });
});

here(
  'the memory leaves no trace in its folder, and another folder serves where one does not',
  (t) => {
    const [missing, good] = [join(tempFolder(t), 'missing'), tempFolder(t)];
    const memory = memoryIn(t, { folders: [missing, good] });
    const first = memory.add([0, 1]);
    t.is(first.folder, good);
    t.is(first.lack, `there is no ${missing}`);
    t.deepEqual(readdirSync(good), []);
    t.is(memory.add([2], [0, 1]).lack, '');
  },
);

here('where no folder serves, each is named with the reason', (t) => {
  const file = join(tempFolder(t), 'file');
  writeFileSync(file, '');
  const missing = join(tempFolder(t), 'missing');
  const error = t.throws(() => memoryIn(t, { folders: [missing, file] }).add([0, 1]), {
    instanceOf: NoSegment,
  });
  t.is(error.message, `there is no ${missing}; no file can be made in ${file} (ENOTDIR)`);
  t.regex(
    t.throws(() => memoryIn(t, { folders: [tempFolder(t)] }).add(numbers(5000))).message,
    /too little space for 5000 ranks$/,
  );
});

function layoutFor(size: number, elders = 0, free = PLENTY): SegmentLayout | undefined {
  return chooseLayout(numbers(size, elders), numbers(elders), free);
}

test('few ranks get large rings, many ranks smaller ones, and too many none', (t) => {
  const ringBytes = (size: number): number | undefined => layoutFor(size)?.ringBytes;
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

test('between worlds rings are as large as inside while they are few, and never cost much', (t) => {
  const rings = [1, 2, 8, 50, 1000].map((elders) => layoutFor(4, elders)?.elderRingBytes);
  t.deepEqual(rings, [128 * 1024, 64 * 1024, 16 * 1024, 4096, 4096]);
  t.is(layoutFor(4, 100)?.ringBytes, 256 * 1024);
});

test('where there is no room for rings between worlds, children have theirs', (t) => {
  const layout = layoutFor(16, 5000);
  t.is(layout?.elders.length, 0);
  t.is(layout?.ringBytes, 128 * 1024);
});

test('32 ranks find room in the 64 MiB that Docker gives, and leave half of it to others', (t) => {
  const layout = layoutFor(32, 0, 64 * MIB);
  t.true(layout !== undefined && layout.bytes <= 32 * MIB);
});

test('25 pairs of children that all stay find room in the 64 MiB that Docker gives', (t) => {
  let free = 64 * MIB;
  for (let spawns = 0; spawns < 25; spawns += 1) {
    const elders = 1 + 2 * spawns;
    const layout = layoutFor(2, elders, free);
    t.is(layout?.elders.length, elders);
    free -= layout?.bytes ?? 0;
  }
});

test('where there is hardly any space no memory is shared', (t) => {
  t.is(layoutFor(2, 0, 10_000), undefined);
});

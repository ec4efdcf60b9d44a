import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { openParcels } from '../../../src/launch/parcel/cache.ts';
import { type Content, type Parcel, parcelOf } from '../../../src/launch/parcel/parcel.ts';
import { tempFolder } from '../../helpers/temp-folder.ts';

function parcel(t: ExecutionContext, contents: readonly Content[]): Parcel {
  return parcelOf('test', contents, { level: 1, keep: false, cacheFolder: tempFolder(t) });
}

const CONTENTS: readonly Content[] = [
  { name: 'bin/run', data: Buffer.from('#!/bin/sh\n'), executable: true },
  { name: 'lib/data', data: Buffer.from('data') },
  { name: 'lib/link', link: '../bin/run' },
];

test('a parcel is found when it has been placed, and has its contents', async (t) => {
  const { hash, pack } = parcel(t, CONTENTS);
  const cacheFolder = tempFolder(t);
  const cache = openParcels(cacheFolder);
  t.is(cache.find(hash), undefined);
  const folder = await cache.place(hash, await pack());
  t.is(openParcels(cacheFolder).find(hash), folder);
  t.is(readFileSync(join(folder, 'lib/data'), 'utf8'), 'data');
  t.is(readlinkSync(join(folder, 'lib/link')), '../bin/run');
  t.deepEqual(
    ['bin/run', 'lib/data', 'bin', '..'].map((name) => lstatSync(join(folder, name)).mode & 0o777),
    [0o700, 0o600, 0o700, 0o700],
  );
});

test('any number may place the same parcel at the same time', async (t) => {
  const { hash, pack } = parcel(t, CONTENTS);
  const cacheFolder = tempFolder(t);
  const packed = await pack();
  const places = Array.from({ length: 8 }, () => openParcels(cacheFolder).place(hash, packed));
  const folders = new Set(await Promise.all(places));
  t.deepEqual([...folders], [openParcels(cacheFolder).find(hash)]);
  t.deepEqual(readdirSync(join(cacheFolder, 'parcels')), [hash]);
});

test('a parcel of which something was removed or cut is placed again', async (t) => {
  const { hash, pack } = parcel(t, CONTENTS);
  const cache = openParcels(tempFolder(t));
  const folder = await cache.place(hash, await pack());
  for (const damage of [
    () => rmSync(join(folder, 'lib/link')),
    () => writeFileSync(join(folder, 'lib/data'), 'dat'),
    () => rmSync(join(folder, '../list.json')),
    () => rmSync(folder, { recursive: true }),
  ]) {
    damage();
    t.is(cache.find(hash), undefined);
    t.is(await cache.place(hash, await pack()), folder);
    t.is(cache.find(hash), folder);
  }
});

test('what was damaged on its way is refused, and leaves nothing', async (t) => {
  const { hash, pack } = parcel(t, CONTENTS);
  const other = parcel(t, CONTENTS.slice(1));
  const cacheFolder = tempFolder(t);
  const cache = openParcels(cacheFolder);
  const packed = await pack();
  const damaged = /^a parcel was damaged on its way: /;
  await t.throwsAsync(cache.place(hash, packed.subarray(0, -9)), { message: damaged });
  await t.throwsAsync(cache.place(hash, Buffer.from('no archive')), { message: damaged });
  await t.throwsAsync(cache.place(hash, await other.pack()), { message: damaged });
  t.deepEqual(readdirSync(join(cacheFolder, 'parcels')), []);
});

test('where a parcel cannot be kept, the error says where and what to do', async (t) => {
  const { hash, pack } = parcel(t, CONTENTS);
  const cacheFolder = tempFolder(t);
  const cache = openParcels(cacheFolder);
  rmSync(join(cacheFolder, 'parcels'), { recursive: true });
  writeFileSync(join(cacheFolder, 'parcels'), '');
  const error = await t.throwsAsync(cache.place(hash, await pack()));
  t.regex(error.message, /^cannot keep what is sent there in .*parcels: .*set XDG_CACHE_HOME/);
});

test('a file makes another parcel once it has changed, and its mode counts', (t) => {
  const folder = tempFolder(t);
  const file = join(folder, 'file');
  mkdirSync(join(folder, 'cache'), { mode: 0o700 });
  const hashNow = (): string =>
    parcelOf('test', [{ name: 'a', file }], {
      level: 1,
      keep: true,
      cacheFolder: join(folder, 'cache'),
    }).hash;
  const hashes = ['one', 'two', 'one', 'sea'].map((text) => {
    writeFileSync(file, text);
    return hashNow();
  });
  t.is(hashes[0], hashes[2]);
  t.is(new Set(hashes).size, 3);
  t.not(parcel(t, [{ name: 'a', data: Buffer.from('sea'), executable: true }]).hash, hashNow());
  t.is(parcel(t, [{ name: 'a', data: Buffer.from('sea') }]).hash, hashNow());
});

test('files that change after the hash was taken go as they were', async (t) => {
  const file = join(tempFolder(t), 'file');
  writeFileSync(file, 'one');
  const { hash, pack } = parcel(t, [{ name: 'a', file }]);
  writeFileSync(file, 'two');
  const folder = await openParcels(tempFolder(t)).place(hash, await pack());
  t.is(readFileSync(join(folder, 'a'), 'utf8'), 'one');
});

import test from 'ava';
import { type Entry, readArchive, writeArchive } from '../../../src/launch/parcel/archive.ts';

const FOLDER: readonly Entry[] = [
  { name: 'b/é\n"name"', data: Buffer.from([0, 10, 255]), executable: false },
  { name: 'a', data: Buffer.alloc(0), executable: true },
  { name: 'b/c/link', link: '../../a' },
  { name: 'b/up', link: '..' },
];

test('a folder is read as it was written', (t) => {
  const sorted = [...FOLDER].sort((a, b) => (a.name < b.name ? -1 : 1));
  t.deepEqual(readArchive(writeArchive(FOLDER)), sorted);
  t.deepEqual(readArchive(writeArchive([])), []);
});

test('the same folder gives the same bytes, in whatever order it is listed', (t) => {
  t.deepEqual(writeArchive([...FOLDER].reverse()), writeArchive(FOLDER));
  const [first, ...others] = FOLDER;
  t.notDeepEqual(writeArchive([{ ...first!, name: 'other' }, ...others]), writeArchive(FOLDER));
});

const data = Buffer.from('data');
for (const [what, entries] of [
  ['a name that leads upwards', [{ name: '../a', data }]],
  ['a name that leads upwards inside', [{ name: 'a/../../b', data }]],
  ['an absolute name', [{ name: '/a', data }]],
  ['an empty name', [{ name: '', data }]],
  ['a name with a zero', [{ name: 'a\0', data }]],
  [
    'a name twice',
    [
      { name: 'a', data },
      { name: 'a', link: 'b' },
    ],
  ],
  ['an absolute link', [{ name: 'a', link: '/etc' }]],
  ['a link that leads out', [{ name: 'b/a', link: '../../c' }]],
  ['a link that leads out at last', [{ name: 'b/a', link: 'c/../../../d' }]],
  ['a link to the folder above', [{ name: 'a', link: '..' }]],
  ['a link to itself', [{ name: 'a', link: '.' }]],
  [
    'a file in a link',
    [
      { name: 'a', link: 'b' },
      { name: 'a/c', data },
    ],
  ],
  [
    'a link in a file',
    [
      { name: 'a', data },
      { name: 'a/b/c', link: 'd' },
    ],
  ],
] as [string, Entry[]][]) {
  test(`${what} is refused`, (t) => {
    t.throws(() => readArchive(writeArchive(entries)), { message: /^refused: / });
  });
}

test('bytes that are missing or too many are noticed', (t) => {
  const archive = writeArchive(FOLDER);
  t.throws(() => readArchive(archive.subarray(0, -1)), { message: 'cut short' });
  t.throws(() => readArchive(Buffer.concat([archive, data])), { message: /more bytes/ });
  t.throws(() => readArchive(data));
});

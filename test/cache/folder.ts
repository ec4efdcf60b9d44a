import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import {
  CacheError,
  openCacheFolder,
  type Surroundings,
  usualCacheFolder,
} from '../../src/cache/folder.ts';

const uid = process.getuid?.();

function surroundings(t: ExecutionContext): Surroundings {
  const root = mkdtempSync(join(tmpdir(), 'tsmpi-folder-'));
  t.teardown(() => rmSync(root, { recursive: true, force: true }));
  for (const name of ['home', 'tmp']) mkdirSync(join(root, name));
  return {
    platform: 'linux',
    home: join(root, 'home'),
    temporary: join(root, 'tmp'),
    xdgCacheHome: undefined,
    uid,
  };
}

test('the cache lies where the system has caches', (t) => {
  const at = { platform: 'linux', home: '/h', temporary: '/t', xdgCacheHome: undefined, uid: 1 };
  t.is(usualCacheFolder(at), '/h/.cache/tsmpi');
  t.is(usualCacheFolder({ ...at, xdgCacheHome: '/x' }), '/x/tsmpi');
  t.is(usualCacheFolder({ ...at, xdgCacheHome: 'relative' }), '/h/.cache/tsmpi');
  t.is(usualCacheFolder({ ...at, platform: 'darwin' }), '/h/Library/Caches/tsmpi');
});

test('the folder is made for its owner alone', (t) => {
  const at = surroundings(t);
  const folder = openCacheFolder(undefined, at);
  t.is(folder, join(at.home, '.cache', 'tsmpi'));
  t.is(statSync(folder).mode & 0o777, 0o700);
});

test('a folder that others may write to is not used', (t) => {
  const at = surroundings(t);
  const folder = openCacheFolder(undefined, at);
  chmodSync(folder, 0o770);
  const spare = openCacheFolder(undefined, at);
  t.is(spare, join(at.temporary, `tsmpi-${uid}`));
  t.is(statSync(spare).mode & 0o777, 0o700);
});

test('a folder of another user is not used', (t) => {
  const at = { ...surroundings(t), uid: (uid ?? 0) + 1 };
  const error = t.throws(() => openCacheFolder(undefined, at), { instanceOf: CacheError });
  t.regex(error.message, /\.cache\/tsmpi belongs to another user, .* set XDG_CACHE_HOME/);
});

test('where no folder can be made there is one among the temporary files', (t) => {
  const at = surroundings(t);
  writeFileSync(join(at.home, '.cache'), '');
  t.is(openCacheFolder(undefined, at), join(at.temporary, `tsmpi-${uid}`));
});

test('without a home the folder is among the temporary files, and none is made where one is', (t) => {
  const at = { ...surroundings(t), home: '' };
  t.is(openCacheFolder(undefined, at), join(at.temporary, `tsmpi-${uid}`));
});

const withProc = existsSync('/proc/self') ? test : test.skip;
withProc(
  'where the system lets nobody make a folder, and says that nothing is there, one is found elsewhere',
  (t) => {
    const at = surroundings(t);
    for (const xdgCacheHome of ['/proc/none', '/proc/none/deep']) {
      t.is(openCacheFolder(undefined, { ...at, xdgCacheHome }), join(at.temporary, `tsmpi-${uid}`));
    }
  },
);

test('a link in place of the temporary folder is not followed', (t) => {
  const at = surroundings(t);
  writeFileSync(join(at.home, '.cache'), '');
  mkdirSync(join(at.temporary, 'elsewhere'), { mode: 0o700 });
  symlinkSync('elsewhere', join(at.temporary, `tsmpi-${uid}`));
  const error = t.throws(() => openCacheFolder(undefined, at), { instanceOf: CacheError });
  t.regex(error.message, /cannot be written \(ENOTDIR|EEXIST\).* is not a folder/);
});

import { execFileSync } from 'node:child_process';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { UsageError } from '../../../src/launch/options/usage-error.ts';
import { openParcels } from '../../../src/launch/parcel/cache.ts';
import { type HostKind, runtimeParcel } from '../../../src/launch/parcel/runtime.ts';
import { canShareMemory } from '../../../src/transport/shm/system.ts';
import { HERE } from '../../helpers/host-kind.ts';
import { tempFolder } from '../../helpers/temp-folder.ts';

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));
const { platform, arch } = HERE;

async function place(t: ExecutionContext, kind: HostKind): Promise<string> {
  const parcel = runtimeParcel(kind, ROOT, tempFolder(t));
  return await openParcels(tempFolder(t)).place(parcel.hash, await parcel.pack());
}

function inThere(folder: string, code: string): string {
  return execFileSync(process.execPath, ['-e', code], {
    cwd: folder,
    env: { HOME: '/nowhere' },
    encoding: 'utf8',
  }).trimEnd();
}

test('where the runtime is placed, tsmpi and all that ranks load of its packages is there', async (t) => {
  const folder = await place(t, HERE);
  t.is(
    inThere(folder, "console.log(typeof require('./dist/runtime.cjs').index().world.send)"),
    'function',
  );
  t.is(inThere(folder, "console.log(require('zeromq').curveKeyPair().publicKey.length)"), '40');
  const loaded = inThere(
    folder,
    "require('zeromq'); console.log(Object.keys(require.cache).filter((file) => !file.startsWith(process.cwd())).length)",
  );
  t.is(loaded, '0');
  if (canShareMemory(platform, arch)) {
    t.is(inThere(folder, "console.log(typeof require('koffi').view)"), 'function');
  }
});

test('a host gets the addons for its own kind alone', async (t) => {
  for (const kind of [
    { platform: 'linux', arch: 'x64', libc: 'musl' },
    { platform: 'linux', arch: 'arm64', libc: 'glibc' },
    { platform: 'darwin', arch: 'arm64', libc: undefined },
  ] as const) {
    const names = readdirSync(await place(t, kind), { recursive: true }) as string[];
    const addons = names.filter((name) => name.endsWith('addon.node'));
    t.is(addons.length, 1);
    t.regex(addons[0]!, new RegExp(`${kind.platform}/${kind.arch}/node/${kind.libc ?? 'libc'}`));
    const koffi = names.filter((name) => name.endsWith('koffi.node'));
    t.true(koffi.every((name) => name.includes(kind.libc === 'musl' ? '/musl_' : '/linux_')));
    t.true(kind.platform === 'linux' || koffi.length === 0);
  }
});

test('a machine for which there is no addon is refused by name', (t) => {
  const error = t.throws(
    () => runtimeParcel({ platform: 'linux', arch: 's390x', libc: 'glibc' }, ROOT, tempFolder(t)),
    { instanceOf: UsageError },
  );
  t.is(
    error.message,
    'tsmpi cannot run on linux s390x glibc: the package zeromq has no addon for it',
  );
});

test('the runtime is packed once, and again if what was kept of it is damaged', async (t) => {
  const cacheFolder = tempFolder(t);
  const first = runtimeParcel(HERE, ROOT, cacheFolder);
  const packed = await first.pack();
  const kept = join(cacheFolder, 'packed', `${first.hash}.gz`);
  const second = runtimeParcel(HERE, ROOT, cacheFolder);
  t.is(second.hash, first.hash);
  t.deepEqual(await second.pack(), packed);
  writeFileSync(kept, packed.subarray(0, 1000));
  t.deepEqual(await runtimeParcel(HERE, ROOT, cacheFolder).pack(), packed);
});

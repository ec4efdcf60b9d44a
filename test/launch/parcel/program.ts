import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath, pathToFileURL } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { JOB_VARIABLE } from '../../../src/base/environment.ts';
import type { Failure, FromRank, RankStart } from '../../../src/control/message.ts';
import { compilePortable } from '../../../src/launch/compile/compile.ts';
import { runtimeOf } from '../../../src/launch/compile/runtime.ts';
import { openParcels } from '../../../src/launch/parcel/cache.ts';
import { programParcel } from '../../../src/launch/parcel/program.ts';
import { runtimeParcel } from '../../../src/launch/parcel/runtime.ts';
import { startLocally } from '../../../src/launch/start/local.ts';
import type { StartedRank } from '../../../src/launch/start/start.ts';
import { HERE } from '../../helpers/host-kind.ts';
import { withCompiler } from '../../helpers/native.ts';
import { tempFolder } from '../../helpers/temp-folder.ts';

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));

interface Ended {
  readonly stdout: readonly string[];
  readonly failures: readonly Failure[];
}

/**
 * Run a program as two ranks on a host that has got parcels, and nothing else: the sources are gone, and
 * nothing says where this package is installed.
 */
async function runThere(
  t: ExecutionContext,
  files: Readonly<Record<string, string>>,
  size = 2,
): Promise<Ended> {
  const [project, cacheFolder, home] = [tempFolder(t), tempFolder(t), tempFolder(t)];
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(project, name)), { recursive: true });
    writeFileSync(join(project, name), content);
  }
  const program = join(project, 'main.ts');
  const dist = new URL('dist/', pathToFileURL(ROOT));
  const portable = await compilePortable({
    program,
    runtime: runtimeOf((name) => new URL(`${name}.js`, dist).href),
    version: '1',
    cacheFolder,
  });
  const parcels = openParcels(join(home, 'cache'));
  const [runtime = '', folder = ''] = await Promise.all(
    [runtimeParcel(HERE, ROOT, cacheFolder), programParcel(portable, cacheFolder)].map(
      async (parcel) => await parcels.place(parcel.hash, await parcel.pack()),
    ),
  );
  rmSync(project, { recursive: true });
  rmSync(cacheFolder, { recursive: true });

  const starter = startLocally();
  t.teardown(() => starter.close());
  const ranks: StartedRank[] = [];
  const failures: Failure[] = [];
  let finalizing = 0;
  const onMessage = (rank: number, message: FromRank): void => {
    if (message.kind === 'failed') failures.push(message.failure);
    if (message.kind !== 'finalizing') return;
    finalizing += 1;
    const { framesSent } = message;
    for (const other of ranks) {
      if (other.rank !== rank) other.send({ kind: 'finalizing', rank, framesSent });
      if (finalizing === size) other.send({ kind: 'finalized' });
    }
  };
  for (let rank = 0; rank < size; rank += 1) {
    const start: RankStart = {
      rank,
      size,
      program,
      compiled: join(folder, portable.entry),
      library: pathToFileURL(join(runtime, 'dist/')).href,
      transport: 'zeromq',
      folder: home,
      eagerBytes: 65536,
    };
    const command = {
      rank,
      execPath: process.execPath,
      args: ['--enable-source-maps', join(runtime, 'dist/bin/rank.cjs')],
      env: { PATH: '/usr/bin:/bin', HOME: home, [JOB_VARIABLE]: JSON.stringify(start) },
      cwd: home,
      stdin: 'null' as const,
    };
    ranks.push(await starter.start(command, (message) => onMessage(rank, message)));
  }
  const stdout = await Promise.all(ranks.map((rank) => text(rank.stdout)));
  const ended = await Promise.all(ranks.map((rank) => rank.ended));
  if (failures.length === 0) t.deepEqual(ended, Array(size).fill({ code: 0, signal: null }));
  t.false(existsSync(program));
  return { stdout, failures };
}

test('ranks of a program that was brought as parcels send and receive', async (t) => {
  const { stdout } = await runThere(t, {
    'main.ts': `
      import { finalize, world } from 'tsmpi';
      import { twice } from './lib/twice.ts';
      import { name } from 'pkg';
      const { rank, size } = world;
      const sent = world.send(twice(rank), (rank + 1) % size);
      console.log(name, await world.receive((rank + 1) % size), process.argv[1] === import.meta.filename);
      await sent;
      await finalize();
    `,
    'lib/twice.ts': 'export const twice = (n: number): number => 2 * n;',
    'node_modules/pkg/index.js': "exports.name = 'pkg';",
  });
  t.deepEqual(stdout, ['pkg 2 true\n', 'pkg 0 true\n']);
});

withCompiler('files of C that a program names go along, and are compiled there', async (t) => {
  const { stdout } = await runThere(t, {
    'main.ts': `
      import { finalize, world } from 'tsmpi';
      import { native } from 'tsmpi/native';
      import { thrice } from './lib/thrice.ts';
      const { twice } = await native(new URL('./c/twice.c', import.meta.url), { twice: 'int twice(int n)' });
      const none = await native('./c/none.c', {}).catch(({ message }) => message.split('; ').at(-1));
      console.log(await twice(world.rank), await thrice(world.rank), none);
      await finalize();
    `,
    'c/twice.c': '#include "../h/factor.h"\nint twice(int n) { return TWO * n; }\n',
    'h/factor.h': '#include "two.h"\n',
    'h/two.h': '#define TWO 2\n',
    'lib/thrice.ts': `
      import { native } from 'tsmpi/native';
      export const { thrice } = await native('./thrice.c', { thrice: 'int thrice(int n)' });
    `,
    'lib/thrice.c': 'int thrice(int n) { return 3 * n; }\n',
  });
  const none =
    'of files of C, only those that a program names between quotes come along to other hosts';
  t.deepEqual(stdout, [`0 0 ${none}\n`, `2 3 ${none}\n`]);
});

test('an error there is reported with the lines of the source, and no frames of tsmpi', async (t) => {
  const { failures } = await runThere(
    t,
    {
      'main.ts': `import { world } from 'tsmpi';
interface Unused {}
await world.send('value', 7);
`,
    },
    1,
  );
  t.regex(failures[0]?.text ?? '', /^MpiError \[ERR_RANK\]: .*\n {4}at .*main\.ts:3:13\)?$/);
});

import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test, { type ExecutionContext } from 'ava';
import { canShareMemory } from '../../src/transport/shm/system.ts';
import { installPackage } from '../helpers/install-package.ts';
import { RANKS, Run } from '../helpers/run.ts';

const here = canShareMemory(process.platform, process.arch) ? test : test.skip;

const PACKAGE = fileURLToPath(new URL('../../../', import.meta.url));

/** Install the package without koffi. @returns its tsrun */
function withoutKoffi(t: ExecutionContext): string {
  return installPackage(t, ['commander', 'esbuild', 'zeromq']);
}

/** No file may grow beyond this, in units of 512 or 1024 bytes: less than the memory of two ranks. */
const LIMIT = `
  const { spawnSync } = require('node:child_process');
  const limited = ['-c', 'ulimit -f 256; exec "$@"', 'sh', process.execPath, ...process.argv.slice(1)];
  process.exitCode = spawnSync('sh', limited, { stdio: 'inherit' }).status;
`;

/** Start tsrun where memory ends in the midst of being taken. */
function limited(t: ExecutionContext, ...options: readonly string[]): Promise<Run> {
  const tsrun = join(PACKAGE, 'dist/bin/tsrun.js');
  return Run.node(t, ['-e', LIMIT, '--', tsrun, ...options, join(RANKS, 'ring.ts')]);
}

/** The lines that hold this word, with the host left out. */
function linesOn(word: string, text: string): string[] {
  return text
    .split('\n')
    .filter((line) => line.includes(word))
    .map((line) => line.replace(/(ranks on) .*?,/, '$1 #,'));
}

const ARGS = ['-n', '2', '--verbose'];
const REASON = `the package koffi is not installed for ${process.platform} ${process.arch}`;

here('without koffi messages travel over ZeroMQ, and one line says so', async (t) => {
  const run = await Run.node(t, [withoutKoffi(t), ...ARGS, join(RANKS, 'ring.ts')]);
  const { code, stdout, stderr } = await run.ended;
  t.like({ code, stdout }, { code: 0, stdout: 'P0P1\n' }, stderr);
  t.deepEqual(linesOn('messages', stderr), [
    `tsrun: messages travel over zeromq, not shm: ${REASON}`,
    `tsrun: 2 ranks on #, messages over zeromq`,
  ]);
});

here('--transport shm without koffi is refused in one line, with exit code 2', async (t) => {
  const run = await Run.node(t, [withoutKoffi(t), '-n', '2', '--transport', 'shm', 'ring.ts']);
  t.like(await run.ended, {
    code: 2,
    stdout: '',
    stderr: `tsrun: --transport shm: ${REASON}; or take shm,zeromq\n`,
  });
});

here(
  'memory that ends in the midst of being taken is done without, and one line says so',
  async (t) => {
    const { ended } = await limited(t, ...ARGS);
    const { code, stdout, stderr } = await ended;
    t.like({ code, stdout }, { code: 0, stdout: 'P0P1\n' }, stderr);
    const [fallback = '', chosen, ...rest] = linesOn('messages', stderr);
    t.regex(
      fallback,
      /^tsrun: messages travel over zeromq, not shm: no \d+ bytes for 2 ranks in \/dev\/shm \(EFBIG\); no \d+ bytes for 2 ranks in \S+ \(EFBIG\)$/,
    );
    t.is(chosen, 'tsrun: 2 ranks on #, messages over zeromq');
    t.deepEqual(rest, []);
  },
);

here(
  '--transport shm where the memory cannot be had is refused in one line, with exit code 2',
  async (t) => {
    const { code, stdout, stderr } = await (await limited(t, '-n', '2', '--transport', 'shm'))
      .ended;
    t.like({ code, stdout }, { code: 2, stdout: '' });
    t.regex(stderr, /^tsrun: --transport shm: no \d+ bytes .* \(EFBIG\); or take shm,zeromq\n$/);
  },
);

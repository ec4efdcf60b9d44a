import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { canShareMemory } from '../../src/transport/shm/system.ts';
import { RANKS, Run, TSRUN, tsrun } from '../helpers/run.ts';

const here = canShareMemory(process.platform, process.arch) ? test : test.skip;

const HINT = /^tsmpi: this world has 1 rank;.*\n/;
const AGENTS = ['--launcher', 'sh -c "{command}"'];
const LIMIT_MS = 120_000;

/** A program as Node runs it, with what it is to spawn. */
const plainly = (...args: string[]): string[] => [
  fileURLToPath(new URL('../ranks/kin.js', import.meta.url)),
  ...args,
];

for (const [options, size] of [
  [['-n', '1'], 5],
  [['-n', '4'], 8],
  [['-n', '2', '--eager', '0'], 6],
  [['-n', '2', '--wait', 'park'], 6],
  [['-n', '2', '-H', 'a:9', ...AGENTS], 6],
] as const) {
  here(`three generations share memory, ${options.slice(0, 4).join(' ')}`, async (t) => {
    t.timeout(LIMIT_MS);
    const end = await tsrun(t, [...options, 'kin.ts', 'generations'], { limitMs: LIMIT_MS });
    const stdout = `${size} have talked, 0 with ZeroMQ\n`;
    t.like(end, { code: 0, stdout, stderr: '' });
  });
}

here(
  'what a program of plain Node spawns shares memory with it, and so does what that spawns',
  async (t) => {
    const run = await Run.node(t, plainly('generations'));
    const { code, stdout, stderr } = await run.ended;
    t.deepEqual(
      { code, stdout, stderr: stderr.replace(HINT, '') },
      { code: 0, stdout: '5 have talked, 0 with ZeroMQ\n', stderr: '' },
    );
  },
);

here('on two hosts memory is shared on each, and what crosses goes over the network', async (t) => {
  t.timeout(LIMIT_MS);
  const args = ['-n', '2', '--verbose', '-H', 'a,b', ...AGENTS, 'kin.ts', 'generations'];
  const end = await tsrun(t, args, { limitMs: LIMIT_MS });
  t.like(end, { code: 0, stdout: '6 have talked, 6 with ZeroMQ\n' });
  for (const host of ['a', 'b']) {
    const shared = new RegExp(
      `1 more ranks on ${host}, messages over shm: .* with each of the 2 others`,
    );
    t.regex(end.stderr, shared);
  }
});

for (const way of ['tsrun', 'plain Node'] as const) {
  const run = async (
    t: Parameters<typeof tsrun>[0],
    ...args: string[]
  ): Promise<{ code: number | null; stdout: string }> => {
    const options = { limitMs: LIMIT_MS };
    if (way === 'tsrun') return await tsrun(t, ['-n', '1', 'kin.ts', ...args], options);
    return await (await Run.node(t, plainly(...args), options)).ended;
  };

  here(
    `25 pairs of children, one after the other, leave neither memory nor files, ${way}`,
    async (t) => {
      t.timeout(LIMIT_MS);
      const { code, stdout } = await run(t, 'series', '25');
      t.is(code, 0);
      const [, kib, files] = /^25 pairs, (\d+) KiB and (\d+) files more\n$/.exec(stdout) ?? [];
      // A page for the words of each.
      t.is(Number(kib), 24 * 4);
      // The pipe by which it is woken, if it was.
      t.true(Number(files) <= 1);
    },
  );

  here(
    `a child that is killed amid long messages fails alone, and the next is well, ${way}`,
    async (t) => {
      t.timeout(LIMIT_MS);
      t.like(await run(t, 'killed', '3'), { code: 0, stdout: 'done\n' });
    },
  );
}

/** No file may grow beyond this, in units of 512 or 1024 bytes: less than the memory of two ranks. */
const LIMIT = `
  const { spawnSync } = require('node:child_process');
  const limited = ['-c', 'ulimit -f 256; exec "$@"', 'sh', process.execPath, ...process.argv.slice(1)];
  process.exitCode = spawnSync('sh', limited, { stdio: 'inherit' }).status;
`;

here(
  'where the memory of children cannot be had messages travel over ZeroMQ, and one line says so',
  async (t) => {
    const args = ['-n', '1', '--verbose', join(RANKS, 'kin.ts'), 'generations'];
    const run = await Run.node(t, ['-e', LIMIT, '--', TSRUN, ...args], { limitMs: LIMIT_MS });
    const { code, stdout, stderr } = await run.ended;
    t.like({ code, stdout }, { code: 0, stdout: '5 have talked, 5 with ZeroMQ\n' }, stderr);
    const told = stderr.split('\n').filter((line) => /more ranks|messages travel/.test(line));
    t.is(told.length, 4, stderr);
    for (const [n, line] of told.entries()) {
      const expected = [
        /^tsrun: messages travel over zeromq, not shm: no \d+ bytes for 2 ranks in \/dev\/shm \(EFBIG\)$/,
        /^tsrun: 2 more ranks, messages over zeromq$/,
      ][n % 2] as RegExp;
      t.regex(line, expected);
    }
  },
);

here('a program of plain Node whose file cannot grow does so, too', async (t) => {
  const run = await Run.node(t, ['-e', LIMIT, '--', ...plainly('generations')], {
    limitMs: LIMIT_MS,
  });
  const { code, stdout, stderr } = await run.ended;
  t.like({ code, stdout }, { code: 0, stdout: '5 have talked, 5 with ZeroMQ\n' }, stderr);
});

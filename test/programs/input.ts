import { createHash, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { temporaryFolder, tsrun } from '../helpers/run.ts';

function digest(rank: number, input: Uint8Array): string {
  const hash = createHash('sha256').update(input).digest('hex');
  return `rank ${rank} read ${input.length} bytes ${hash}`;
}

const NOTHING = new Uint8Array(0);

for (const bytes of [0, 1, 65_537, 10_000_000]) {
  test(`${bytes} bytes of standard input reach rank 0 as they are, and no other rank`, async (t) => {
    const stdin = randomBytes(bytes);
    const { code, stdout } = await tsrun(t, ['-n', '2', 'digest.ts'], { stdin });
    t.is(code, 0);
    t.deepEqual(stdout.trim().split('\n').sort(), [digest(0, stdin), digest(1, NOTHING)]);
  });
}

for (const [whom, readers] of [
  ['all', [0, 1, 2]],
  ['1', [1]],
  ['none', []],
] as const) {
  test(`--stdin ${whom} gives a file to ${readers.length} of 3 ranks as it is`, async (t) => {
    const input = randomBytes(2_000_000);
    const file = join(temporaryFolder(t), 'input');
    writeFileSync(file, input);
    const { code, stdout } = await tsrun(t, ['-n', '3', '--stdin', whom, 'digest.ts'], {
      stdin: file,
    });
    t.is(code, 0);
    const given = [0, 1, 2].map((rank) => (readers.some((one) => one === rank) ? input : NOTHING));
    t.deepEqual(
      stdout.trim().split('\n').sort(),
      given.map((bytes, rank) => digest(rank, bytes)),
    );
  });
}

test('input that no rank reads keeps nobody from ending', async (t) => {
  const end = await tsrun(t, ['-n', '2', 'ring.ts'], { stdin: randomBytes(10_000_000) });
  t.like(end, { code: 0, stdout: 'P0P1\n', stderr: '' });
});

import { freemem } from 'node:os';
import test from 'ava';
import { canShareMemory } from '../../../src/transport/shm/system.ts';
import { runTsrun } from '../../helpers/run-example.ts';
import { tempFolder } from '../../helpers/temp-folder.ts';

/** What of both ranks is touched, with room for all else. */
const ENOUGH = 12 * 2 ** 30;

const here =
  canShareMemory(process.platform, process.arch) && freemem() > ENOUGH ? test : test.skip;

here('messages of 2 GiB less and more a byte, and of 4 GiB, arrive whole', async (t) => {
  const sizes = [2 ** 31 - 1, 2 ** 31 + 1, 2 ** 32];
  const args = ['-n', '2', '--transport', 'shm', 'test/ranks/giant.ts', ...sizes.map(String)];
  const { exitCode, stdout, stderr } = await runTsrun(args, tempFolder(t));
  const lines = sizes.map((bytes) => `${bytes} bytes are right\n`);
  t.deepEqual({ exitCode, stdout }, { exitCode: 0, stdout: lines.join('') }, stderr);
});

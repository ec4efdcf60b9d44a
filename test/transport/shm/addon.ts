import test from 'ava';
import { canShareMemory, System } from '../../../src/transport/shm/system.ts';

const here = canShareMemory(process.platform, process.arch) ? test : test.skip;

here('where the file of koffi is for another machine, koffi finds its own', (t) => {
  const system = new System('/dev/null');
  t.throws(() => system.openPipe('/dev/null/pipe'), { message: /cannot make the pipe/ });
});

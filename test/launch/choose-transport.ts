import { join } from 'node:path';
import test from 'ava';
import {
  chooseTransport,
  describeFallback,
  describeTransport,
} from '../../src/launch/choose-transport.ts';
import { UsageError } from '../../src/launch/options/usage-error.ts';
import { canShareMemory } from '../../src/transport/shm/system.ts';
import { tempFolder } from '../helpers/temp-folder.ts';

const here = canShareMemory(process.platform, process.arch) ? test : test.skip;

here('shared memory in a second place is told with the reason', (t) => {
  const [missing, good] = [join(tempFolder(t), 'missing'), tempFolder(t)];
  const chosen = chooseTransport(['shm', 'zeromq'], 2, { folders: [missing, good] });
  t.teardown(() => chosen.segment?.close());
  t.is(describeFallback(chosen), `the shared memory lies in ${good}: there is no ${missing}`);
  t.regex(describeTransport(chosen), /^messages over shm: \d+ KiB in /);
});

here('where the best can be had nothing is to be told', (t) => {
  const chosen = chooseTransport(['shm', 'zeromq'], 2, { folders: [tempFolder(t)] });
  t.teardown(() => chosen.segment?.close());
  t.is(chosen.lack, '');
});

here(
  'where no memory can be shared the next transport serves, and is told with the reason',
  (t) => {
    const missing = join(tempFolder(t), 'missing');
    const chosen = chooseTransport(['shm', 'zeromq'], 2, { folders: [missing] });
    t.is(describeFallback(chosen), `messages travel over zeromq, not shm: there is no ${missing}`);
    t.is(describeTransport(chosen), 'messages over zeromq');
  },
);

here(
  'where no memory can be shared and nothing else is wanted, the command line is refused',
  (t) => {
    const missing = join(tempFolder(t), 'missing');
    const error = t.throws(() => chooseTransport(['shm'], 2, { folders: [missing] }), {
      instanceOf: UsageError,
    });
    t.is(error.message, `--transport shm: there is no ${missing}; or take shm,zeromq`);
  },
);

test('one rank talks to nobody, and needs no memory', (t) => {
  const { transport, segment, lack } = chooseTransport(['shm'], 1, { folders: [] });
  t.deepEqual({ transport, segment, lack }, { transport: 'shm', segment: undefined, lack: '' });
});

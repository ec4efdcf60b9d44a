import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import {
  chooseTransport,
  describeFallback,
  describeTransport,
  type Sharing,
} from '../../src/launch/choose-transport.ts';
import { UsageError } from '../../src/launch/options/usage-error.ts';
import { HostMemory } from '../../src/launch/segment.ts';
import { canShareMemory } from '../../src/transport/shm/system.ts';
import { tempFolder } from '../helpers/temp-folder.ts';

const here = canShareMemory(process.platform, process.arch) ? test : test.skip;

function sharing(t: ExecutionContext, folders: readonly string[], size = 2): Sharing {
  const memory = new HostMemory({ folders });
  t.teardown(() => memory.close());
  return { memory, members: [0, 1].slice(0, size), elders: [] };
}

here('shared memory in a second place is told with the reason', (t) => {
  const [missing, good] = [join(tempFolder(t), 'missing'), tempFolder(t)];
  const chosen = chooseTransport(['shm', 'zeromq'], sharing(t, [missing, good]));
  t.is(describeFallback(chosen), `the shared memory lies in ${good}: there is no ${missing}`);
  t.regex(describeTransport(chosen), /^messages over shm: \d+ KiB in /);
});

here('where the best can be had nothing is to be told', (t) => {
  const own = sharing(t, [tempFolder(t)]);
  t.is(chooseTransport(['shm', 'zeromq'], own).lack, '');
  const grown = chooseTransport(['shm', 'zeromq'], { ...own, members: [2], elders: [0, 1] });
  t.is(grown.lack, '');
  t.regex(
    describeTransport(grown),
    /^messages over shm: \d+ KiB in \S+, 256 KiB with each of the 2 others$/,
  );
});

here(
  'where no memory can be shared the next transport serves, and is told with the reason',
  (t) => {
    const missing = join(tempFolder(t), 'missing');
    const chosen = chooseTransport(['shm', 'zeromq'], sharing(t, [missing]));
    t.is(describeFallback(chosen), `messages travel over zeromq, not shm: there is no ${missing}`);
    t.is(describeTransport(chosen), 'messages over zeromq');
  },
);

here(
  'where no memory can be shared and nothing else is wanted, the command line is refused',
  (t) => {
    const missing = join(tempFolder(t), 'missing');
    const error = t.throws(() => chooseTransport(['shm'], sharing(t, [missing])), {
      instanceOf: UsageError,
    });
    t.is(error.message, `--transport shm: there is no ${missing}; or take shm,zeromq`);
  },
);

test('one rank talks to nobody, and can do without memory', (t) => {
  const chosen = chooseTransport(['shm'], sharing(t, [], 1));
  t.deepEqual(chosen, { transport: 'shm', part: undefined, lack: '' });
});

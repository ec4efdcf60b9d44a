import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import test from 'ava';
import { onHosts } from '../helpers/hosts.ts';

// Only Linux lets any address of 127.0.0.0/8 be taken.
const onLinux = process.platform === 'linux' ? test : test.skip;

/** Ranks of one host have no numbers in a row, and one host has only one. */
const MIXED = {
  hosts: [0, 1, 0, 2, 1, 0],
  addresses: [['127.0.0.1'], ['127.0.0.2'], ['127.0.0.3']],
};

onLinux('ranks of one host share memory, and each knows which those are', async (t) => {
  t.like(await onHosts(t, ['on-hosts.ts'], MIXED), {
    code: 0,
    stderr: '',
    stdout: [
      '0,2,5 share memory',
      '1,4 share memory',
      '0,2,5 share memory',
      '3 share none',
      '1,4 share memory',
      '0,2,5 share memory',
      '',
    ].join('\n'),
  });
});

onLinux('messages between all ranks arrive, within hosts and between them', async (t) => {
  const end = await onHosts(t, ['all-pairs.ts', '200', '5'], MIXED);
  t.like(end, { code: 0, stderr: '', stdout: '6000 messages are right\n' });
});

for (const wait of ['spin', 'park'] as const) {
  onLinux(`they do whoever waits in which way: ${wait}`, async (t) => {
    const end = await onHosts(t, ['all-pairs.ts', '100', '6'], { wait });
    t.like(end, { code: 0, stderr: '', stdout: '1200 messages are right\n' });
  });
}

onLinux('a host that cannot share memory has the network for all its ranks', async (t) => {
  const end = await onHosts(t, ['all-pairs.ts', '100', '7'], { transport: 'zeromq-tcp' });
  t.like(end, { code: 0, stderr: '', stdout: '1200 messages are right\n' });
});

onLinux('without encryption they arrive as well', async (t) => {
  const end = await onHosts(t, ['all-pairs.ts', '100', '8'], { encrypt: false });
  t.like(end, { code: 0, stderr: '', stdout: '1200 messages are right\n' });
});

onLinux('ranks of one host that each have a port out of a range find each other', async (t) => {
  // As many as are surely enough, wherever others have theirs.
  const portRange = { first: 20_000, last: 29_999 };
  const addresses = [['127.0.0.1', '127.0.0.3'], ['127.0.0.2']];
  const end = await onHosts(t, ['all-pairs.ts', '50', '9'], { portRange, addresses });
  t.like(end, { code: 0, stderr: '', stdout: '600 messages are right\n' });
});

onLinux('a range of ports that is used up ends the job with the host and what to do', async (t) => {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  const { port } = server.address() as AddressInfo;
  const portRange = { first: port, last: port };
  const { code, stderr } = await onHosts(t, ['all-pairs.ts', '50', '9'], {
    portRange,
    addresses: [['127.0.0.1'], ['127.0.0.1']],
  });
  t.is(code, 1);
  t.regex(stderr, /rank \d: host \S+ has no free port from \d+ to \d+ on 127\.0\.0\.1: /);
  t.regex(stderr, /end what holds them, or give a wider --port-range/);
});

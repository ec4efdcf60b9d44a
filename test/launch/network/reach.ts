import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { networkInterfaces } from 'node:os';
import test, { type ExecutionContext } from 'ava';
import { answerWith, GREETING } from '../../../src/launch/network/greeting.ts';
import { openProbe, type Probe } from '../../../src/launch/network/probe.ts';
import { type ProbeTarget, reach } from '../../../src/launch/network/reach.ts';

const LONG_MS = 20_000;
const SHORT_MS = 1_000;

async function probe(
  t: ExecutionContext,
  ...addresses: readonly string[]
): Promise<Probe & { readonly target: ProbeTarget }> {
  const opened = await openProbe({ addresses });
  t.teardown(() => opened.close());
  const { port, token } = opened;
  return { ...opened, target: { host: 1, addresses: opened.addresses, port, token } };
}

/** Listen at this port, if one is given, and treat whoever comes like this. */
async function stranger(
  t: ExecutionContext,
  treat: (socket: Socket) => void,
  { host, port }: { readonly host: string; readonly port: number } = { host: '127.0.0.1', port: 0 },
): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => {}));
    treat(socket);
  });
  server.listen(port, host);
  await once(server, 'listening');
  t.teardown(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** Why the only address of this target leads nowhere. */
async function failure(target: ProbeTarget, timeoutMs = LONG_MS): Promise<string> {
  const [reached] = await reach([target], timeoutMs);
  if (reached === undefined || 'address' in reached) return 'none';
  return reached.failures[0]?.reason ?? 'none';
}

/** All that comes from this port, if this is said to it. */
async function say(port: number, text: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  let heard = '';
  socket.on('data', (bytes) => {
    heard += bytes;
  });
  socket.on('error', () => {});
  socket.write(text);
  await new Promise((closed) => socket.on('close', closed));
  return heard;
}

test('each host is reached by the first of its addresses that leads to it', async (t) => {
  const one = await probe(t, '127.0.0.1', '127.0.0.2');
  const two = await probe(t, '127.0.0.3');
  const targets = [
    one.target,
    // Where 127.0.0.1 leads at this port is nobody, or not the one that is meant.
    { ...two.target, host: 2, addresses: ['127.0.0.1', '127.0.0.3'] },
  ];
  t.deepEqual(await reach(targets, LONG_MS), [
    { host: 1, address: '127.0.0.1' },
    { host: 2, address: '127.0.0.3' },
  ]);
});

const hasIPv6 = Object.values(networkInterfaces()).some((infos) =>
  infos?.some(({ address }) => address === '::1'),
);

(hasIPv6 ? test : test.skip)('a host is reached by IPv6 as well as by IPv4', async (t) => {
  const { target } = await probe(t, '::1', '127.0.0.1');
  t.deepEqual(await reach([target], LONG_MS), [{ host: 1, address: '::1' }]);
});

test('an address that leads back to oneself is not taken, though somebody answers there', async (t) => {
  const own = await probe(t, '127.0.0.1', '127.0.0.2');
  const { port } = own;
  const other = await openProbe({
    addresses: ['127.0.0.3'],
    portRange: { first: port, last: port },
  });
  t.teardown(() => other.close());
  const { token } = other;
  const target = { host: 3, addresses: ['127.0.0.1', '127.0.0.3'], port, token };
  t.deepEqual(await reach([target], LONG_MS), [{ host: 3, address: '127.0.0.3' }]);
  t.is(
    await failure({ ...target, addresses: ['127.0.0.2'] }),
    'it leads back to this host, or to another job',
  );
  const [, decoyed] = await reach([own.target, { ...target, addresses: ['127.0.0.2'] }], LONG_MS);
  t.deepEqual(decoyed, {
    host: 3,
    failures: [{ address: '127.0.0.2', reason: 'it leads to another host of this job, number 1' }],
  });
});

/** A probe at 127.0.0.2, and somebody who says nothing at the same port of 127.0.0.1. */
async function probeBesideStranger(t: ExecutionContext): ReturnType<typeof probe> {
  for (;;) {
    const other = await probe(t, '127.0.0.2');
    try {
      await stranger(t, () => {}, { host: '127.0.0.1', port: other.port });
      return other;
    } catch (error) {
      // The port is free at one address and taken at the other one.
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    }
  }
}

test('an address that answers at once need not wait long for one that says nothing', async (t) => {
  const other = await probeBesideStranger(t);
  const start = performance.now();
  const target = { ...other.target, addresses: ['127.0.0.1', '127.0.0.2'] };
  t.deepEqual(await reach([target], LONG_MS), [{ host: 1, address: '127.0.0.2' }]);
  t.true(performance.now() - start < LONG_MS / 2);
});

test('where nobody listens, each address says so', async (t) => {
  const { target, close } = await probe(t, '127.0.0.1', '127.0.0.2');
  await close();
  const reason = 'connection refused: nobody listens there, or a firewall says so';
  t.deepEqual(await reach([target], LONG_MS), [
    {
      host: 1,
      failures: [
        { address: '127.0.0.1', reason },
        { address: '127.0.0.2', reason },
      ],
    },
  ]);
  t.deepEqual(await reach([{ ...target, addresses: [] }], LONG_MS), [{ host: 1, failures: [] }]);
});

test('a stranger is not taken for a host, whatever it says or does', async (t) => {
  const token = '0'.repeat(32);
  const cases: readonly [string, (socket: Socket) => void][] = [
    ['a stranger answered', (socket) => socket.end('SSH-2.0-OpenSSH_9.9\r\n')],
    ['a stranger answered', (socket) => socket.write('x'.repeat(100_000))],
    ['a stranger answered', (socket) => socket.end(answerWith(token).slice(0, 30))],
    ['it hung up without a word', (socket) => socket.end()],
    ['it hung up without a word', (socket) => socket.resetAndDestroy()],
  ];
  for (const [reason, treat] of cases) {
    const port = await stranger(t, treat);
    t.is(await failure({ host: 1, addresses: ['127.0.0.1'], port, token }), reason);
  }
});

test('who says nothing is given up when the time is over', async (t) => {
  const port = await stranger(t, () => {});
  const target = { host: 1, addresses: ['127.0.0.1'], port, token: '' };
  t.is(await failure(target, SHORT_MS), 'it was connected, but nothing was said within 1 s');
});

test('a probe answers the greeting and nothing else', async (t) => {
  const { port, token } = await probe(t, '127.0.0.1');
  t.is(await say(port, GREETING), answerWith(token));
  for (const text of ['GET / HTTP/1.1\r\n\r\n', `${GREETING}${GREETING}`, '\0'.repeat(1e5)]) {
    t.is(await say(port, text), '');
  }
});

test('a greeting may come in pieces, and hundreds at a time', async (t) => {
  const { port, token } = await probe(t, '127.0.0.1');
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  socket.write(GREETING.slice(0, 3));
  const many = await Promise.all(Array.from({ length: 300 }, () => say(port, GREETING)));
  t.true(many.every((heard) => heard === answerWith(token)));
  socket.write(GREETING.slice(3));
  const [heard] = await once(socket, 'data');
  t.is(String(heard), answerWith(token));
});

test('a probe that closes lets go of its port and of who is there', async (t) => {
  const { port, close } = await probe(t, '127.0.0.1');
  const visitor = connect(port, '127.0.0.1');
  visitor.on('error', () => {});
  await once(visitor, 'connect');
  const gone = once(visitor, 'close');
  await close();
  await gone;
  t.is(await stranger(t, () => {}, { host: '127.0.0.1', port }), port);
});

test('addresses that this host does not have are left out, and without any there is no probe', async (t) => {
  const { addresses } = await probe(t, '203.0.113.9', '127.0.0.1');
  t.deepEqual(addresses, ['127.0.0.1']);
  await t.throwsAsync(openProbe({ addresses: ['203.0.113.9'] }), {
    message: /^host \S+ cannot listen on 203\.0\.113\.9$/,
  });
});

test('a range of ports is kept to, and one that is used up is refused with what to do', async (t) => {
  const { port } = await probe(t, '127.0.0.1');
  const portRange = { first: port, last: port };
  await t.throwsAsync(openProbe({ addresses: ['127.0.0.2', '127.0.0.1'], portRange }), {
    message: new RegExp(
      `^host \\S+: no port from ${port} to ${port} is free on 127.0.0.2 and 127.0.0.1; .*a wider --port-range$`,
    ),
  });
  const other = await openProbe({ addresses: ['127.0.0.2'], portRange });
  t.teardown(() => other.close());
  t.is(other.port, port);
});

import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { networkInterfaces } from 'node:os';
import test, { type ExecutionContext } from 'ava';
import type { TcpPlace } from '../../../src/transport/zeromq/binding.ts';
import { tcpAddress } from '../../../src/transport/zeromq/binding.ts';
import { ZeromqTransport } from '../../../src/transport/zeromq/zeromq.ts';
import { deferred } from '../../helpers/deferred.ts';
import { Inbox } from '../../helpers/inbox.ts';
import { until } from '../../helpers/launcher.ts';

const hasIPv6 = Object.values(networkInterfaces()).some((infos) =>
  infos?.some(({ address }) => address === '::1'),
);
const ifIPv6 = hasIPv6 ? test : test.skip;
// Only Linux lets any address of 127.0.0.0/8 be taken.
const onLinux = process.platform === 'linux' ? test : test.skip;

/** A rank that accepts frames there. */
function accepting(t: ExecutionContext, bind: TcpPlace, rank = 1): [ZeromqTransport, Inbox] {
  const inbox = new Inbox();
  const addressOf = (): string => '';
  const transport = new ZeromqTransport({ rank, size: 2, bind, addressOf }, inbox);
  t.teardown(() => transport.close());
  transport.listen(true);
  return [transport, inbox];
}

/** Send one frame to rank 1 at this address. */
function sendTo(t: ExecutionContext, address: string): void {
  const bind = { addresses: ['127.0.0.1'] };
  const sender = new ZeromqTransport(
    { rank: 0, size: 2, bind, addressOf: () => address },
    new Inbox(),
  );
  t.teardown(() => sender.close());
  void sender.send(1, { header: Int32Array.of(7), payload: new Uint8Array(0) });
}

function portOf(address: string): number {
  return Number(address.split(':').at(-1));
}

/** A port of 127.0.0.1 that somebody holds until the test is over. */
async function heldPort(t: ExecutionContext): Promise<number> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  return (server.address() as AddressInfo).port;
}

ifIPv6('frames arrive by IPv6', async (t) => {
  const [receiver, inbox] = accepting(t, { addresses: ['::1'] });
  const address = receiver.address();
  t.regex(address, /^tcp:\/\/\[::1\]:\d+$/);
  sendTo(t, tcpAddress('::1', portOf(address)));
  await inbox.arrived(1);
  t.pass();
});

ifIPv6('a rank that accepts by IPv6 does so by IPv4 too, at the same port', async (t) => {
  const [receiver, inbox] = accepting(t, { addresses: ['127.0.0.1', '::1'] });
  const port = portOf(receiver.address());
  sendTo(t, tcpAddress('127.0.0.1', port));
  await inbox.arrived(1);
  t.pass();
});

onLinux('a rank accepts at one port on all addresses of its host', async (t) => {
  const addresses = ['127.0.0.1', '127.0.0.2', '127.0.0.3'];
  const [receiver, inbox] = accepting(t, { addresses });
  const port = portOf(receiver.address());
  sendTo(t, tcpAddress('127.0.0.3', port));
  await inbox.arrived(1);
  t.is(receiver.address(), `tcp://127.0.0.1:${port}`);
});

onLinux('a port that is taken on one of them is not taken on the others', async (t) => {
  const port = await heldPort(t);
  const place = {
    addresses: ['127.0.0.2', '127.0.0.1'],
    portRange: { first: port, last: port },
  };
  t.throws(() => accepting(t, place)[0].address(), {
    message: new RegExp(
      `^rank 1: host \\S+ has no free port from ${port} to ${port} on 127.0.0.2 and 127.0.0.1: .*give a wider --port-range$`,
    ),
  });
  // ZeroMQ gives it back on a thread of its own.
  await until('it is given back', () => {
    const [other] = accepting(t, { ...place, addresses: ['127.0.0.2'] });
    try {
      return portOf(other.address()) === port;
    } catch {
      return false;
    }
  });
});

onLinux('ranks of one host share a range, and one too many is refused', async (t) => {
  // Ports in a row that are free now; nobody else is given these by the system soon.
  const free = deferred<number>();
  const server = createServer().listen(0, '127.0.0.5', () => {
    free.resolve((server.address() as AddressInfo).port);
  });
  const last = await free.promise;
  server.close();
  await once(server, 'close');
  const place = { addresses: ['127.0.0.5'], portRange: { first: last - 2, last } };
  const ports = [0, 1, 0].map((rank) => portOf(accepting(t, place, rank)[0].address()));
  t.deepEqual(ports.sort(), [last - 2, last - 1, last]);
  t.throws(() => accepting(t, place)[0].address(), { message: /has no free port from/ });
});

test('an address that is not this host’s is refused with its name', async (t) => {
  const [transport] = accepting(t, { addresses: ['203.0.113.9'] });
  t.throws(() => transport.address(), {
    message: /^rank 1: cannot accept messages at tcp:\/\/203\.0\.113\.9:\*: /,
  });
});

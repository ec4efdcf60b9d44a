import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import { Context, curveKeyPair, Push, type SocketOptions } from 'zeromq';
import type { Transport } from '../../../src/transport/transport.ts';
import { BatchWriter } from '../../../src/transport/zeromq/batch-writer.ts';
import { Inbox } from '../../helpers/inbox.ts';
import { Relay } from '../../helpers/relay.ts';
import { TcpNetwork } from '../../helpers/zeromq-network.ts';

const RANK = 1;
const PEER = 0;

const MODES = [
  ['with encryption', true],
  ['without encryption', false],
] as const;

/** A rank that listens, and its legitimate peers, who have not connected yet. */
async function attacked(t: ExecutionContext, encrypt = true): Promise<Attacked> {
  const network = new TcpNetwork(t, 3, encrypt);
  const inbox = new Inbox();
  const receiver = network.connect(RANK, inbox);
  receiver.listen(true);
  const address = await network.addressOf(RANK);
  return { network, inbox, receiver, address, port: Number(new URL(address).port) };
}

interface Attacked {
  readonly network: TcpNetwork;
  readonly inbox: Inbox;
  readonly receiver: Transport;
  readonly address: string;
  readonly port: number;
}

/** The legitimate peer gets through, and nobody else did. */
async function servesItsPeerAlone(
  t: ExecutionContext,
  { network, inbox }: Attacked,
): Promise<void> {
  const peer = network.connect(PEER, new Inbox());
  for (let n = 0; n < 10; n += 1) {
    void peer.send(RANK, { header: Int32Array.of(n), payload: new Uint8Array(n * 5000) });
  }
  await inbox.arrived(10);
  t.deepEqual(
    inbox.frames.map(({ header }) => header[0]),
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
  );
  t.deepEqual(inbox.errors, []);
}

/** A message that claims to be from a legitimate peer. */
function forged(): Uint8Array[] {
  const writer = new BatchWriter(PEER);
  void writer.add(Int32Array.of(66), Uint8Array.of(66));
  return [writer.take() as Uint8Array];
}

/** Try to send as a ZeroMQ client with these options, and resolve to how it was refused. */
async function refusal(
  t: ExecutionContext,
  address: string,
  options: SocketOptions<Push>,
): Promise<string> {
  const push = new Push({ context: new Context(), linger: 0, ...options });
  t.teardown(() => push.close());
  const { events } = push;
  push.connect(address);
  await push.send(forged());
  for await (const event of events) {
    if (event.type === 'handshake') return 'admitted';
    if (event.type.startsWith('handshake:error') || event.type === 'disconnect') return event.type;
  }
  return 'closed';
}

function openRaw(t: ExecutionContext, port: number): Socket {
  const socket = connect(port, '127.0.0.1');
  // To be cut off is what these are for.
  socket.on('error', () => {});
  t.teardown(() => socket.destroy());
  return socket.resume();
}

/** Resolve once the other side has cut the connection, politely or not. */
function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.once('close', () => resolve());
  });
}

/** The greeting of a ZMTP 3.1 client that means to use CURVE. @see ZeroMQ RFC 37 */
function greeting(): Buffer {
  const bytes = Buffer.alloc(64);
  bytes.set([0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0x7f, 3, 1]);
  bytes.write('CURVE', 12);
  return bytes;
}

test('the port is bound on the loopback interface alone', async (t) => {
  const { address } = await attacked(t);
  t.regex(address, /^tcp:\/\/127\.0\.0\.1:\d+$/);
});

test('a client with another key pair, which it takes for that of the job, is refused', async (t) => {
  const scene = await attacked(t);
  const keys = curveKeyPair();
  const options = {
    curveServerKey: keys.publicKey,
    curvePublicKey: keys.publicKey,
    curveSecretKey: keys.secretKey,
  };
  t.not(await refusal(t, scene.address, options), 'admitted');
  await servesItsPeerAlone(t, scene);
});

for (const [how, encrypt] of MODES) {
  test(`a client without keys is refused, ${how}`, async (t) => {
    const scene = await attacked(t, encrypt);
    t.not(await refusal(t, scene.address, {}), 'admitted');
    await servesItsPeerAlone(t, scene);
  });

  test(`a client with another password is refused, ${how}`, async (t) => {
    const scene = await attacked(t, encrypt);
    const { publicKey, secretKey } = scene.network.protection.keys;
    for (const plainPassword of ['tsmpi', '0'.repeat(64), publicKey, secretKey]) {
      const options = { plainUsername: 'tsmpi', plainPassword };
      t.not(await refusal(t, scene.address, options), 'admitted');
    }
    await servesItsPeerAlone(t, scene);
  });

  test(`random bytes are cut off, ${how}`, async (t) => {
    const scene = await attacked(t, encrypt);
    await Promise.all(
      [10, 100, 1_000_000].map(async (length) => {
        const socket = openRaw(t, scene.port);
        // The first byte is not that of a greeting, so nobody waits for the rest of one.
        socket.write(Buffer.concat([Buffer.of(0x47), randomBytes(length)]));
        await closed(socket);
      }),
    );
    await servesItsPeerAlone(t, scene);
  });

  test(`1000 connections that say nothing keep nobody out, ${how}`, async (t) => {
    const scene = await attacked(t, encrypt);
    const idle = Array.from({ length: 1000 }, () => openRaw(t, scene.port));
    await Promise.all(idle.map((socket) => once(socket, 'connect')));
    await servesItsPeerAlone(t, scene);
  });
}

test('without encryption, a client that means to encrypt is refused', async (t) => {
  const scene = await attacked(t, false);
  const { publicKey, secretKey } = scene.network.protection.keys;
  const options = {
    curveServerKey: publicKey,
    curvePublicKey: publicKey,
    curveSecretKey: secretKey,
  };
  t.not(await refusal(t, scene.address, options), 'admitted');
  await servesItsPeerAlone(t, scene);
});

test('a client that knows the public key of the job but has a key of its own is refused', async (t) => {
  const scene = await attacked(t);
  const own = curveKeyPair();
  const options = {
    curveServerKey: scene.network.protection.keys.publicKey,
    curvePublicKey: own.publicKey,
    curveSecretKey: own.secretKey,
  };
  t.is(await refusal(t, scene.address, options), 'handshake:error:auth');
  await servesItsPeerAlone(t, scene);
});

test('a command that claims to be longer than any memory is cut off', async (t) => {
  const scene = await attacked(t);
  const socket = openRaw(t, scene.port);
  socket.write(greeting());
  const command = Buffer.alloc(100);
  command[0] = 0x06;
  command.writeBigUInt64BE(2n ** 63n - 1n, 1);
  socket.write(command);
  await closed(socket);
  await servesItsPeerAlone(t, scene);
});

test('who greets and then is silent is cut off within 10 s', async (t) => {
  const scene = await attacked(t);
  const socket = openRaw(t, scene.port);
  socket.write(greeting());
  await once(socket, 'connect');
  const start = performance.now();
  await closed(socket);
  t.true(performance.now() - start < 10_000);
  await servesItsPeerAlone(t, scene);
});

test('the recorded bytes of a good connection open no second one', async (t) => {
  const scene = await attacked(t);
  const relay = await Relay.open(t, scene.port);
  const { network, inbox, port } = scene;
  const peer = network.connectVia(PEER, () => `tcp://127.0.0.1:${relay.port}`, new Inbox());
  void peer.send(RANK, { header: Int32Array.of(7), payload: new Uint8Array(0) });
  await inbox.arrived(1);

  const replay = openRaw(t, port);
  replay.write(Buffer.concat(relay.recorded));
  await closed(replay);
  t.is(inbox.frames.length, 1);
});

test('a peer that came while nobody listened is let in once somebody does, however late', async (t) => {
  const { network, inbox, port, receiver } = await attacked(t);
  const relay = await Relay.open(t, port);
  receiver.listen(false);
  const peer = network.connectVia(PEER, () => `tcp://127.0.0.1:${relay.port}`, new Inbox());
  void peer.send(RANK, { header: Int32Array.of(7), payload: new Uint8Array(0) });
  // The first connection was cut off unanswered.
  await relay.accepted(2);
  t.is(inbox.frames.length, 0);
  receiver.listen(true);
  await t.notThrowsAsync(inbox.arrived(1));
});

test('frames that were lost with a connection break the transport', async (t) => {
  const { network, inbox, port } = await attacked(t);
  const relay = await Relay.open(t, port, { cutAfter: 1_000_000 });
  const peer = network.connectVia(PEER, () => `tcp://127.0.0.1:${relay.port}`, new Inbox());
  for (let n = 0; n < 20; n += 1) {
    void peer.send(RANK, { header: Int32Array.of(n), payload: new Uint8Array(300_000) });
  }
  t.regex((await inbox.broken()).message, /^rank 1: messages from rank 0 were lost/);
  t.true(inbox.frames.length < 20);
});

test('a malformed message of an admitted peer breaks the transport, and no more than that', async (t) => {
  const { network, inbox, address } = await attacked(t);
  const { publicKey, secretKey } = network.protection.keys;
  const push = new Push({
    context: new Context(),
    linger: 0,
    curveServerKey: publicKey,
    curvePublicKey: publicKey,
    curveSecretKey: secretKey,
  });
  t.teardown(() => push.close());
  push.connect(address);
  const [batch = new Uint8Array(0)] = forged();
  await push.send([batch.subarray(0, batch.length - 1)]);
  await push.send(forged());
  t.regex((await inbox.broken()).message, /^rank 1: a message of another rank is malformed/);
  t.is(inbox.frames.length, 0);
});

import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import type { MpiError } from '../../src/base/error.ts';
import { goTo } from '../../src/ports/go-to.ts';
import { type Hello, refusalOf } from '../../src/ports/hello.ts';
import { OpenPort, type PortPlace } from '../../src/ports/open-port.ts';
import { type Place, parsePort } from '../../src/ports/port-name.ts';
import type { Talk } from '../../src/ports/talk.ts';
import { tempFolder } from '../helpers/temp-folder.ts';

const KEY = 'the key of the port';
const NETWORK: PortPlace = { address: '127.0.0.1', key: KEY };
const HELLO: Hello = { version: '1', job: 'one', title: 'a', size: 2, far: false, bind: [] };

async function opened(t: ExecutionContext, place: PortPlace): Promise<OpenPort> {
  const port = await OpenPort.open(place, (hello) =>
    refusalOf(hello, { version: '1', job: 'another' }),
  );
  t.teardown(() => port.close());
  return port;
}

/** Come to a port as another job does. */
async function come(port: OpenPort, key?: string, hello: unknown = HELLO): Promise<Talk> {
  const talk = await goTo(parsePort(port.name) as Place, key);
  talk.hold();
  talk.send(hello);
  return talk;
}

/** Resolve once a socket is closed, in whatever way. */
function closing(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.once('close', () => resolve()));
}

/** Connect to a port as anybody can. */
async function stranger({ name }: OpenPort): Promise<Socket> {
  const { port } = parsePort(name) as Place & { port: number };
  const socket = connect({ host: '127.0.0.1', port });
  socket.on('error', () => {});
  await once(socket, 'connect');
  return socket;
}

for (const where of ['on this host', 'in the network'] as const) {
  const isNear = where === 'on this host';
  const key = isNear ? undefined : KEY;
  const place = (t: ExecutionContext): PortPlace => (isNear ? { folder: tempFolder(t) } : NETWORK);

  test(`those who come are accepted in their order, and talk: ${where}`, async (t) => {
    const port = await opened(t, place(t));
    const early = await come(port, key);
    const first = await port.next().visitor;
    const waiting = port.next();
    const late = await come(port, key, { ...HELLO, title: 'b' });
    const second = await waiting.visitor;
    t.deepEqual([first.hello.title, second.hello.title], ['a', 'b']);
    first.talk.send({ long: 'x'.repeat(300_000) });
    second.talk.send('for b');
    t.is(((await early.next()) as { long: string }).long.length, 300_000);
    t.is(await late.next(), 'for b');
    early.close();
    late.close();
    await t.throwsAsync(first.talk.next(), { code: 'ERR_PROC_FAILED' });
  });

  test(`those who leave before they are accepted are forgotten: ${where}`, async (t) => {
    const port = await opened(t, place(t));
    const gone = await come(port, key, { ...HELLO, title: 'gone' });
    const waiting = port.next();
    const { talk } = await waiting.visitor;
    port.giveBack({ talk, hello: { ...HELLO, title: 'gone' } });
    gone.close();
    await t.throwsAsync(talk.next(), { code: 'ERR_PROC_FAILED' });
    const stays = await come(port, key);
    t.is((await port.next().visitor).hello.title, 'a');
    stays.close();
  });

  test(`another version, the own job and a port that is closed turn everybody away: ${where}`, async (t) => {
    const port = await opened(t, place(t));
    const told = async (hello: Hello): Promise<string> => {
      const talk = await come(port, key, hello);
      const { refused } = (await talk.next()) as { refused: string };
      talk.close();
      return refused;
    };
    t.is(
      await told({ ...HELLO, version: '0.9' }),
      'the job at the port has tsmpi 1, and this one 0.9; have both use the same',
    );
    t.regex(await told({ ...HELLO, job: 'another' }), /^the port is one of this very job/);
    const waits = await come(port, key);
    const { visitor } = port.next();
    port.giveBack(await visitor);
    const later = port.next();
    await later.visitor.then((one) => port.giveBack(one));
    port.close();
    t.deepEqual(await waits.next(), { refused: 'the port was closed' });
    await t.throwsAsync(port.next().visitor, { code: 'ERR_PORT', message: /was closed$/ });
    await t.throwsAsync(come(port, key), { code: 'ERR_PORT', message: /^nobody listens at port/ });
    waits.close();
  });
}

test('a socket file is private, and goes with its port', async (t) => {
  const folder = tempFolder(t);
  const port = await opened(t, { folder });
  t.is(readdirSync(folder).length, 1);
  port.close();
  t.deepEqual(readdirSync(folder), []);
  const place = {
    kind: 'unix',
    path: join('/tmp', '1-1-00000000.sock'),
    owner: (parsePort(port.name) as Place & { owner: never }).owner,
  } as const;
  await t.throwsAsync(goTo(place, undefined), { message: /not this user's alone/ });
});

test('a wrong key and none are refused, and none is sent where none is wanted', async (t) => {
  const port = await opened(t, NETWORK);
  await t.throwsAsync(come(port, 'another key of the port'), {
    code: 'ERR_PORT',
    message: /does not take the key/,
  });
  await t.throwsAsync(come(port), { code: 'ERR_PORT', message: /was opened with a key/ });
  const near = await opened(t, { folder: tempFolder(t) });
  await t.throwsAsync(come(near, KEY), { code: 'ERR_PORT', message: /opened without a key/ });
});

test('strangers who stall, send garbage or flood a port hold up nobody', async (t) => {
  const port = await opened(t, NETWORK);
  const stalling = await Promise.all(Array.from({ length: 300 }, () => stranger(port)));
  const closed = stalling.map((socket) => closing(socket));
  for (const garbage of ['GET / HTTP/1.1\r\n\r\n'.repeat(20), '\0'.repeat(64), 'x'.repeat(1e6)]) {
    const socket = await stranger(port);
    const over = closing(socket);
    socket.write(garbage);
    socket.resume();
    await over;
  }
  const talk = await come(port, KEY);
  t.is((await port.next().visitor).hello.job, 'one');
  talk.close();
  // Those that only wait are cut off as well, the oldest at once.
  for (const socket of stalling) socket.resume();
  await Promise.all(closed);
});

test('who listens where a port was, but has no key, learns nothing and is told from a port', async (t) => {
  const { createServer } = await import('node:net');
  const server = createServer((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n'.padEnd(200)));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  const { port } = server.address() as { port: number };
  const place: Place = { kind: 'tcp', address: '127.0.0.1', port, id: '0123456789abcdef' };
  const error = (await t.throwsAsync(goTo(place, KEY))) as MpiError;
  t.regex(error.message, /is no port of tsmpi$/);
});

import { existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import test from 'ava';
import { MpiError } from '../../../src/base/error.ts';
import { ZeromqTransport } from '../../../src/transport/zeromq/zeromq.ts';
import { deferred } from '../../helpers/deferred.ts';
import { Inbox } from '../../helpers/inbox.ts';
import { PeerProcess } from '../../helpers/peer-process.ts';
import { tempFolder } from '../../helpers/temp-folder.ts';
import { ipcNetwork } from '../../helpers/zeromq-network.ts';

const NOTHING = new Uint8Array(0);
const NO_HEADER = new Int32Array(0);

/** Rank 0 of two, bound to this address. */
function bound(bind: string, inbox = new Inbox()): ZeromqTransport {
  return new ZeromqTransport({ rank: 0, size: 2, bind, addressOf: () => bind }, inbox);
}

test('a socket path that is too long is refused with what to do', async (t) => {
  const folder = tempFolder(t);
  const bind = `ipc://${folder}/${'x'.repeat(120)}`;
  const error = t.throws(() => bound(bind).address(), { instanceOf: MpiError });
  t.true(
    error?.message.startsWith(`rank 0: cannot accept messages at ${bind}: the path is longer`),
  );
  t.regex(error?.message ?? '', /set TMPDIR to a folder with a shorter one$/);
});

test('a folder that is missing and a port that is taken are refused with the address', async (t) => {
  const missing = `ipc://${tempFolder(t)}/missing/0`;
  t.throws(() => bound(missing).address(), {
    message: new RegExp(`^rank 0: cannot accept messages at ${missing}: `),
  });
  const first = bound('tcp://127.0.0.1:*');
  t.teardown(() => first.close());
  const taken = first.address();
  t.throws(() => bound(taken).address(), {
    message: `rank 0: cannot accept messages at ${taken}: Address already in use`,
  });
});

test('who only listens or sends learns of an address that cannot be had as well', async (t) => {
  const missing = `ipc://${tempFolder(t)}/missing/0`;
  for (const use of [
    (transport: ZeromqTransport) => transport.listen(true),
    (transport: ZeromqTransport) => transport.send(1, { header: NO_HEADER, payload: NOTHING }),
  ]) {
    const inbox = new Inbox();
    const transport = bound(missing, inbox);
    use(transport);
    t.regex((await inbox.broken()).message, /^rank 0: cannot accept messages at /);
    await transport.close();
    t.is(inbox.errors.length, 1);
  }
});

test('a peer whose address cannot be found breaks the transport', async (t) => {
  const inbox = new Inbox();
  const bind = `ipc://${tempFolder(t)}/0`;
  const addressOf = (): Promise<string> => Promise.reject(new Error('rank 1 has no address'));
  const transport = new ZeromqTransport({ rank: 0, size: 2, bind, addressOf }, inbox);
  void transport.send(1, { header: NO_HEADER, payload: NOTHING });
  t.is((await inbox.broken()).message, 'rank 0: rank 1 has no address');
});

test('a transport whose peer never gets an address closes', async (t) => {
  const inbox = new Inbox();
  const bind = `ipc://${tempFolder(t)}/0`;
  const addressOf = (): Promise<string> => deferred<string>().promise;
  const transport = new ZeromqTransport({ rank: 0, size: 2, bind, addressOf }, inbox);
  void transport.send(1, { header: NO_HEADER, payload: NOTHING });
  transport.address();
  await transport.close();
  t.deepEqual(inbox.errors, []);
});

test('nothing opens any more once it is closed', async (t) => {
  const folder = tempFolder(t);
  const transport = bound(`ipc://${folder}/0`);
  await transport.close();
  transport.listen(true);
  void transport.send(1, { header: NO_HEADER, payload: NOTHING });
  t.throws(() => transport.address(), { message: 'rank 0: the transport is closed' });
  t.false(existsSync(`${folder}/0`));
});

test('once it has closed, its address is free for the next', async (t) => {
  const folder = tempFolder(t);
  const network = ipcNetwork(t, 2, folder);
  let port = 'tcp://127.0.0.1:*';
  for (let cycle = 0; cycle < 20; cycle += 1) {
    const overTcp = bound(port);
    port = overTcp.address();
    await overTcp.close();

    const inbox = new Inbox();
    const receiver = network.connect(1, inbox);
    const sender = network.connect(0, new Inbox());
    receiver.listen(true);
    void sender.send(1, { header: Int32Array.of(cycle), payload: NOTHING });
    await inbox.arrived(1);
    t.is(inbox.frames[0]?.header[0], cycle);
    await Promise.all([receiver.close(), sender.close()]);
  }
});

test('the file that a killed process left behind is in nobody’s way', async (t) => {
  const folder = tempFolder(t);
  const [killed] = await PeerProcess.startAll(t, { size: 1, folder });
  await killed?.tell({ do: 'open' });
  killed?.kill();
  await killed?.ended;
  t.true(existsSync(`${folder}/0`));

  const network = ipcNetwork(t, 2, folder);
  const inbox = new Inbox();
  network.connect(0, inbox).listen(true);
  void network.connect(1, new Inbox()).send(0, { header: NO_HEADER, payload: NOTHING });
  await t.notThrowsAsync(inbox.arrived(1));
});

test('socket files lie in a folder that nobody else can enter', async (t) => {
  const transport = bound(`ipc://${tempFolder(t)}/0`);
  t.teardown(() => transport.close());
  const file = new URL(transport.address()).pathname;
  t.true(statSync(file).isSocket());
  t.is(statSync(dirname(file)).mode & 0o777, 0o700);
});

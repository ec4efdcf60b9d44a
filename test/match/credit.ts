import test from 'ava';
import type { Mailbox } from '../../src/match/mailbox.ts';
import { ReceiveOperation } from '../../src/match/receive-operation.ts';
import { TestEngines, unreadBytes } from '../helpers/world.ts';

const KIB = new Uint8Array(1024);
/** What an envelope costs of the credit besides its data. */
const ENVELOPE_BYTES = 128;

/** Two engines, and the mailbox of the second. */
function flooded(creditBytes: number, eagerBytes?: number) {
  const world = new TestEngines(2, {
    creditBytes,
    ...(eagerBytes === undefined ? {} : { eagerBytes }),
  });
  const endpoint = world.endpoint(0);
  world.engine(0).open(endpoint);
  const mailbox = world.engine(1).open(world.endpoint(1));
  const send = (value: unknown) =>
    world.engine(0).sender.send(endpoint, 1, 0, 'standard', value, undefined);
  const receive = () => {
    const { receiver } = world.engine(1);
    const operation = new ReceiveOperation(receiver, mailbox.endpoint, 0, 0, undefined);
    receiver.receive(mailbox, operation, undefined);
    return operation.request;
  };
  return { world, mailbox, send, receive };
}

function eager(mailbox: Mailbox): number {
  return [...mailbox.unexpected].filter(({ payload }) => payload !== undefined).length;
}

for (const window of [0, 1000, 5000, 20_000]) {
  test(`of a flood nobody receives, no more than ${window} bytes lie at the receiver`, async (t) => {
    const { world, mailbox, send, receive } = flooded(window);
    const sends = Array.from({ length: 100 }, (_, at) => send(KIB.slice().fill(at)));
    await world.settle();
    const fit = Math.floor(window / (KIB.length + ENVELOPE_BYTES));
    t.is(eager(mailbox), fit);
    t.is(unreadBytes(mailbox), fit * KIB.length);
    t.is(mailbox.unexpected.length, 100, 'all envelopes are here, so order holds');
    t.is(sends.filter((request) => request.test()).length, fit, 'the rest waits at the sender');
    for (let at = 0; at < 100; at += 1) t.is(((await receive()) as Uint8Array)[0], at);
    await Promise.all(sends);
  });
}

test('messages without data are bounded too', async (t) => {
  const { world, mailbox, send } = flooded(1280);
  const sends = Array.from({ length: 100 }, () => send(new Uint8Array(0)));
  await world.settle();
  t.is(eager(mailbox), 10);
  t.is(sends.filter((request) => request.test()).length, 10);
});

test('credit comes back as messages are received, so a stream stays eager', async (t) => {
  const { world, send, receive } = flooded(10_000);
  let waited = 0;
  for (let round = 0; round < 200; round += 1) {
    if (!send(KIB).test()) waited += 1;
    await world.settle();
    await receive();
    await world.settle();
  }
  t.is(waited, 0);
});

test('after a flood was received the whole window is there again', async (t) => {
  const { world, mailbox, send, receive } = flooded(20_000);
  for (let round = 0; round < 3; round += 1) {
    for (let at = 0; at < 100; at += 1) void send(KIB);
    await world.settle();
    // Up to half of the window may not be worth a frame yet.
    t.true(eager(mailbox) >= 8, `${eager(mailbox)} messages in round ${round}`);
    for (let at = 0; at < 100; at += 1) await receive();
    await world.settle();
  }
});

test('a message above the window alone goes by rendezvous', async (t) => {
  const { world, mailbox, send, receive } = flooded(1000, 1e6);
  const request = send(KIB);
  await world.settle();
  t.false(request.test());
  t.is(eager(mailbox), 0);
  t.deepEqual(await receive(), KIB);
  await request;
});

test('an eager limit of 0 sends nothing ahead; one of Infinity everything, whatever the window', async (t) => {
  const none = flooded(1e6, 0);
  const all = flooded(1000, Number.POSITIVE_INFINITY);
  for (let at = 0; at < 50; at += 1) {
    t.false(none.send(1).test());
    t.true(all.send(KIB).test());
  }
  await Promise.all([none.world.settle(), all.world.settle()]);
  t.is(eager(none.mailbox), 0);
  t.is(eager(all.mailbox), 50);
});

test('the window is that of one sender: another has its own', async (t) => {
  const world = new TestEngines(3, { creditBytes: 2000 });
  const mailboxes = world.engines.map((engine, rank) => engine.open(world.endpoint(rank)));
  for (let at = 0; at < 10; at += 1) {
    for (const rank of [0, 1]) {
      void world.engine(rank).sender.send(world.endpoint(rank), 2, 0, 'standard', KIB, undefined);
    }
  }
  await world.settle();
  t.is(eager(mailboxes[2] as Mailbox), 2);
});

test('a ready send that is refused gives its credit back', async (t) => {
  const { world, send } = flooded(2400);
  const endpoint = world.endpoint(0);
  for (let round = 0; round < 10; round += 1) {
    const request = world.engine(0).sender.send(endpoint, 1, 0, 'ready', KIB, undefined);
    await t.throwsAsync(request, { code: 'ERR_READY' });
    await world.settle();
  }
  t.true(send(KIB).test());
});

import test from 'ava';
import { Endpoint } from '../../src/match/endpoint.ts';
import { Engine } from '../../src/match/engine.ts';
import { encodeHeader, FrameKind, kindOf } from '../../src/match/frame.ts';
import { Channel } from '../../src/pt2pt/channel.ts';
import type { TransportEvents } from '../../src/transport/transport.ts';
import { ManualClock } from '../helpers/manual-clock.ts';
import { pair, TestWorld } from '../helpers/world.ts';

const FINISHED =
  'rank 1 has finished (it called finalize, or its program ended) and neither sends nor receives any more; is there one send too few, or one receive too many?';

test('what waits for a lost rank rejects, naming it and why; what waits for others goes on', async (t) => {
  const world = new TestWorld(3, { eagerBytes: 0 });
  const [zero, , two] = world.ranks;
  if (zero === undefined || two === undefined) throw new Error('no ranks');
  const doomed = [
    zero.receive(1),
    zero.receive(1, { tag: 4 }),
    zero.receive(),
    zero.probe(1),
    zero.mprobe(),
    zero.send('x', 1),
    zero.sendReceive('x', 1, 2),
  ];
  const other = zero.receive(2, { tag: 9 });
  const toOther = zero.send('for two', 2);
  world.lose(1);
  for (const request of doomed) {
    const error = await t.throwsAsync(request, {
      code: 'ERR_PROC_FAILED',
      message: /^rank 0: .*: rank 1 was killed$/,
    });
    t.like(error, { rank: 0, peer: 1 });
  }
  await two.sendReceive('from two', 0, 0, { sendTag: 9 });
  t.is(await other, 'from two');
  await toOther;
});

test('what a lost rank sent before can still be received, if it is all here', async (t) => {
  const [a, b, world] = pair({ eagerBytes: 100 });
  await a.send('short', 1, { tag: 1 });
  a.send('x'.repeat(200), 1, { tag: 2 }).catch(() => {});
  await world.settle();
  world.lose(0);
  t.is(await b.receive(0), 'short');
  await t.throwsAsync(b.receive(0), { code: 'ERR_PROC_FAILED', message: /rank 0 was killed/ });
});

test('a receive from any rank that finds the envelope of a lost one does not wait for its data', async (t) => {
  const [a, b, world] = pair({ eagerBytes: 0 });
  a.send('x', 1).catch(() => {});
  await world.settle();
  world.lose(0);
  await t.throwsAsync(b.receive(undefined, { tag: 9 }), { code: 'ERR_PROC_FAILED' });
  await t.throwsAsync(b.receive(), { code: 'ERR_PROC_FAILED' });
  t.deepEqual(world.engines[1]?.operations(), []);
});

test('a matched receive whose data is on its way rejects when the sender is lost', async (t) => {
  const [a, b, world] = pair({ eagerBytes: 0 });
  a.send('x', 1).catch(() => {});
  await world.settle();
  const receives = [b.receive(), b.receive(0)];
  world.lose(0);
  for (const receive of receives) await t.throwsAsync(receive, { code: 'ERR_PROC_FAILED' });
  t.deepEqual(world.engines[1]?.operations(), []);
});

test('a send to a lost rank that must wait for it rejects at once', async (t) => {
  const [a, , world] = pair({ eagerBytes: 100 });
  world.lose(1);
  for (const request of [
    a.send('x', 1, { mode: 'synchronous' }),
    a.send(new Uint8Array(200), 1),
    a.send('x', 1, { mode: 'ready' }),
  ]) {
    t.true(request.test());
    await t.throwsAsync(request, { code: 'ERR_PROC_FAILED' });
  }
});

test('a receive from any rank hears of each loss once, then waits for those that are left', async (t) => {
  const world = new TestWorld(4);
  const [zero] = world.ranks;
  if (zero === undefined) throw new Error('no ranks');
  world.lose(1);
  world.lose(2);
  await t.throwsAsync(zero.receive(), { message: /rank 1 was killed/ });
  await t.throwsAsync(zero.probe(), { message: /rank 2 was killed/ });
  const receive = zero.receive();
  await world.settle();
  t.false(receive.test());
  await world.rank(3).send('alive', 0);
  t.is(await receive, 'alive');
});

test('a receive from any rank takes a message that is here before it hears of a loss', async (t) => {
  const world = new TestWorld(3);
  await world.rank(2).send('here', 0);
  await world.settle();
  world.lose(1);
  t.is(await world.rank(0).receive(), 'here');
  await t.throwsAsync(world.rank(0).receive(), { code: 'ERR_PROC_FAILED' });
});

test('a receive from a finished rank rejects once all that it sent is received', async (t) => {
  const [a, b, world] = pair();
  for (const value of [1, 2, 3]) await b.send(value, 0);
  const first = a.receive(1);
  await world.finish(1);
  t.is(await first, 1);
  t.is(await a.receive(1), 2);
  t.is(await a.receive(1), 3);
  const error = await t.throwsAsync(a.receive(1, { tag: 3 }), {
    code: 'ERR_PROC_FINISHED',
    message: `rank 0: receive from 1, tag 3: ${FINISHED}`,
  });
  t.like(error, { rank: 0, peer: 1 });
});

test('a receive or a probe from a finished rank names the message that has another tag', async (t) => {
  const [a, b, world] = pair();
  await b.send('x', 0, { tag: 5 });
  await world.finish(1);
  for (const request of [a.receive(1, { tag: 3 }), a.probe(1, { tag: 3 })]) {
    await t.throwsAsync(request, {
      code: 'ERR_PROC_FINISHED',
      message: /neither sends nor receives any more; an unread message from rank 1 has tag 5$/,
    });
  }
});

test('a receive from a finished rank names the message that lies unread for another tag, or on another communicator', async (t) => {
  const [a, b, world] = pair();
  const [copy, other] = await Promise.all([a.duplicate({ name: 'copy' }), b.duplicate()]);
  const told = async (request: Promise<unknown>, hint: string): Promise<void> => {
    const error = await t.throwsAsync(request, { code: 'ERR_PROC_FINISHED' });
    t.true(error?.message.endsWith(hint), error?.message);
  };
  await other.send('on the copy', 0);
  await world.finish(1);
  await told(
    a.receive(1, { tag: 3 }),
    'nor receives any more; an unread message from rank 1 is on another communicator, copy',
  );
  t.is(await copy.receive(1), 'on the copy');
  await told(a.receive(1, { tag: 3 }), FINISHED);
});

test('news of the end that overtakes the messages ends nothing too early', async (t) => {
  const [a, b, world] = pair();
  await b.send('still under way', 0, { tag: 1 });
  const [wanted, tooMany] = [a.receive(1, { tag: 1 }), a.receive(1, { tag: 2 })];
  await world.finish(1);
  t.false(tooMany.test());
  await t.throwsAsync(tooMany, { code: 'ERR_PROC_FINISHED' });
  t.is(await wanted, 'still under way');
});

test('a finished rank ends sends that wait for it, and probes', async (t) => {
  const [a, , world] = pair({ eagerBytes: 100 });
  const early = a.send('x', 1, { tag: 6, mode: 'synchronous' });
  await world.finish(1);
  await t.throwsAsync(early, {
    code: 'ERR_PROC_FINISHED',
    message: `rank 0: synchronous send to 1, tag 6: ${FINISHED}`,
  });
  for (const request of [
    a.send(new Uint8Array(200), 1),
    a.send(1, 1, { mode: 'synchronous' }),
    a.probe(1),
    a.mprobe(1),
    a.sendReceive(1, 1, 1),
  ]) {
    await t.throwsAsync(request, { code: 'ERR_PROC_FINISHED' });
  }
  await t.notThrowsAsync(a.send('an eager send asks nothing of it', 1));
});

test('finalize waits until a send that timed out is surely forgotten or received', async (t) => {
  const [a, b, world] = pair({ eagerBytes: 0 });
  const send = a.send('late', 1, { timeout: 5 });
  await world.settle();
  const receive = b.receive(0);
  world.clock.advance(5);
  await t.throwsAsync(send, { code: 'ERR_TIMEOUT' });
  await world.finish(0);
  t.is(await receive, 'late');
});

test('with nobody left to answer, all that waits says that it can never complete', async (t) => {
  const world = new TestWorld(1, { eagerBytes: 0 });
  const self = world.rank(0);
  const requests = [self.receive(0, { tag: 1 }), self.probe(), self.send('x', 0, { tag: 2 })];
  await world.settle();
  world.engine(0).deadEnd();
  for (const request of requests.slice(0, 1)) {
    await t.throwsAsync(request, {
      code: 'ERR_PROC_FINISHED',
      message:
        'rank 0: receive from 0, tag 1: it can never complete: this world has one rank, and this rank has nothing else under way',
    });
  }
  t.deepEqual(world.engine(0).operations(), []);
  await t.throwsAsync(requests[2] as Promise<unknown>, { code: 'ERR_PROC_FINISHED' });
});

test('a send whose data is on its way rejects when its receiver is lost', async (t) => {
  const headers: number[] = [];
  let events: TransportEvents | undefined;
  const engine = new Engine({
    rank: 0,
    size: 2,
    clock: new ManualClock(),
    eagerBytes: 0,
    connect: (given) => {
      events = given;
      return {
        name: 'full',
        reach: () => true,
        // The room for the data never comes.
        send: (_, { header }) => {
          headers.push(kindOf(header));
          return kindOf(header) === FrameKind.DATA ? new Promise(() => {}) : undefined;
        },
        listen: () => {},
        close: () => Promise.resolve(),
      };
    },
  });
  const channel = new Channel(engine, new Endpoint(0, 0, [0, 1]));
  const send = channel.send(new Uint8Array(10), 1, {});
  events?.onFrame(1, encodeHeader({ kind: FrameKind.CLEAR_TO_SEND, id: 1 }), new Uint8Array(0));
  t.deepEqual(headers, [FrameKind.RENDEZVOUS, FrameKind.DATA]);
  t.is(engine.operations().length, 1);
  engine.peerLost(1, 'rank 1 was killed');
  await t.throwsAsync(send, { code: 'ERR_PROC_FAILED', message: /rank 1 was killed$/ });
  t.is(engine.operations().length, 0);
});

test('data that a rank must have had before it finished is sent, though nobody said so', async (t) => {
  const headers: number[] = [];
  let events: TransportEvents | undefined;
  const forgotten: number[] = [];
  const engine = new Engine({
    rank: 0,
    size: 2,
    clock: new ManualClock(),
    eagerBytes: 0,
    connect: (given) => {
      events = given;
      return {
        name: 'full',
        forget: (rank) => void forgotten.push(rank),
        reach: () => true,
        // The room for the data never comes.
        send: (_, { header }) => {
          headers.push(kindOf(header));
          return kindOf(header) === FrameKind.DATA ? new Promise(() => {}) : undefined;
        },
        listen: () => {},
        close: () => Promise.resolve(),
      };
    },
  });
  const channel = new Channel(engine, new Endpoint(0, 0, [0, 1]));
  const send = channel.send(new Uint8Array(10), 1, {});
  events?.onFrame(1, encodeHeader({ kind: FrameKind.CLEAR_TO_SEND, id: 1 }), new Uint8Array(0));
  t.deepEqual(headers, [FrameKind.RENDEZVOUS, FrameKind.DATA]);
  t.is(engine.operations().length, 1);
  engine.peerFinishing(1, 1);
  await t.notThrowsAsync(send);
  t.deepEqual(forgotten, [1]);
  t.is(engine.operations().length, 0);
});

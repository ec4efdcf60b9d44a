import test from 'ava';
import type { Communicator } from '../../src/comm/communicator.ts';
import { Universe } from '../../src/comm/universe.ts';
import { Engine } from '../../src/match/engine.ts';
import { FrameKind, kindOf } from '../../src/match/frame.ts';
import { LocalNetwork } from '../../src/transport/local.ts';
import type { Transport } from '../../src/transport/transport.ts';
import { ManualClock } from '../helpers/manual-clock.ts';

/** Also high: where the sender is asked to put what it pushes. */
const HERE = 2 ** 41 + 2 ** 31;

/** Two ranks of which one can read the other's memory, and the kinds of frames that go between them. */
class PullWorld {
  readonly frames: number[] = [];
  readonly exposed: Uint8Array[] = [];
  /** What a sender was asked to help with, and where to. */
  readonly pushed: [number, Uint8Array][] = [];
  /** How often it may not be asked. */
  helpless = 0;
  /** Whether pulling works. */
  works = true;
  /** Whether it takes until a later turn of the event loop. */
  later = false;
  readonly engines: Engine[] = [];
  readonly clock: ManualClock = new ManualClock();
  readonly a: Communicator;
  readonly b: Communicator;

  constructor() {
    const network = new LocalNetwork({ size: 2, seed: 1, schedule: setImmediate });
    const join = (rank: number): Communicator => {
      const connect = (events: Parameters<LocalNetwork['connect']>[1]): Transport =>
        this.#pulling(network.connect(rank, events));
      const engine = new Engine({ rank, size: 2, clock: this.clock, eagerBytes: 100, connect });
      this.engines.push(engine);
      return new Universe({ engine }).world;
    };
    this.a = join(0);
    this.b = join(1);
  }

  #pulling(inner: Transport): Transport {
    return {
      name: 'pulling',
      reach: (rank) => inner.reach(rank),
      listen: (wanted) => inner.listen(wanted),
      close: () => inner.close(),
      send: (rank, frame) => {
        this.frames.push(kindOf(frame.header));
        return inner.send(rank, frame);
      },
      // High, so that both words of the address count.
      expose: (_, payload) => 2 ** 40 + 2 ** 31 + this.exposed.push(payload) - 1,
      pull: (_, address, pulling) => {
        const payload = this.exposed[address - 2 ** 40 - 2 ** 31];
        const copy = (): void => {
          if (this.works && payload !== undefined) pulling.landing.room()?.set(payload);
          pulling.done(this.works);
        };
        this.helpless += pulling.help === undefined ? 1 : 0;
        pulling.help?.(HERE);
        if (this.later) setImmediate(copy);
        else copy();
      },
      push: (_, address, payload) => {
        this.pushed.push([address, payload]);
      },
    };
  }
}

const { RENDEZVOUS, CLEAR_TO_SEND, DATA, ACK, HELP } = FrameKind;
const long = (): Uint8Array => Uint8Array.from({ length: 1000 }, (_, n) => n);
const rows = Array.from({ length: 100 }, (_, id) => ({ id, name: `row ${id}` }));

test('a long message that can be pulled is asked help for, and lands in the array of its receiver', async (t) => {
  const { a, b, frames, exposed } = new PullWorld();
  const value = long();
  const send = a.send(value, 1);
  const into = new Uint8Array(1200);
  const receive = b.receive(0, { into });
  t.is(await receive, into);
  await send;
  t.deepEqual(into.subarray(0, 1000), value);
  t.is(receive.status?.count, 1000);
  t.deepEqual(frames, [RENDEZVOUS, HELP, ACK]);
  t.is(exposed[0]?.buffer, value.buffer, 'the memory of the user, not a copy');
});

for (const works of [true, false]) {
  const how = works ? 'pulled' : 'sent after all, as pulling fails';
  test(`arrays, objects and buffered messages arrive intact when ${how}`, async (t) => {
    const world = new PullWorld();
    world.works = works;
    const { a, b } = world;
    const sends = [a.send(long(), 1), a.send(rows, 1)];
    const buffered = long();
    await a.send(buffered, 1, { mode: 'buffered' });
    buffered.fill(0);
    t.deepEqual(await b.receive(0), long());
    t.deepEqual(await b.receive(0), rows);
    t.deepEqual(await b.receive(0), long());
    await Promise.all(sends);
    t.is(world.frames.includes(DATA), !works);
    t.is(world.frames.includes(CLEAR_TO_SEND), !works);
  });
}

test('a send that may give up is not exposed: its memory would be read after that', async (t) => {
  const { a, b, exposed, frames } = new PullWorld();
  const sends = [
    a.send(long(), 1, { timeout: 1000 }),
    a.send(long(), 1, { signal: new AbortController().signal }),
  ];
  t.deepEqual(await b.receive(0), long());
  t.deepEqual(await b.receive(0), long());
  await Promise.all(sends);
  t.is(exposed.length, 0);
  t.is(frames.filter((kind) => kind === DATA).length, 2);
});

test('the sender helps with the array that it sends, at the address it is told', async (t) => {
  const world = new PullWorld();
  world.later = true;
  const value = long();
  const send = world.a.send(value, 1);
  t.deepEqual(await world.b.receive(0, { into: new Uint8Array(1000) }), value);
  await send;
  const [[address, payload] = []] = world.pushed;
  t.is(address, HERE);
  t.is(payload?.buffer, value.buffer);
});

test('a receive that may give up asks for no help: the sender would write after that', async (t) => {
  const { signal } = new AbortController();
  for (const posted of [true, false]) {
    for (const limits of [{ timeout: 1000 }, { signal }]) {
      const world = new PullWorld();
      const { a, b } = world;
      const into = new Uint8Array(1000);
      const early = posted ? b.receive(0, { ...limits, into }) : undefined;
      const send = a.send(long(), 1);
      if (!posted) await b.probe(0);
      t.deepEqual(await (early ?? b.receive(0, { ...limits, into })), long());
      await send;
      t.is(world.helpless, 1);
      t.false(world.frames.includes(HELP));
    }
  }
});

test('new memory is not helped with, unless there is much of it', async (t) => {
  const { a, b, frames } = new PullWorld();
  for (const length of [1000, 8 * 2 ** 20]) {
    const send = a.send(new Uint8Array(length), 1);
    await b.receive(0);
    await send;
  }
  t.deepEqual(frames, [RENDEZVOUS, ACK, RENDEZVOUS, HELP, ACK]);
});

test('a receive that gives up amid the pull gets its array back, and the send completes', async (t) => {
  const world = new PullWorld();
  const { a, b, clock } = world;
  world.later = true;
  const into = new Uint8Array(1000);
  const sent = a.send(long(), 1);
  await b.probe(0);
  const receive = b.receive(0, { into, timeout: 5 });
  clock.advance(5);
  await t.throwsAsync(receive, { code: 'ERR_TIMEOUT' });
  await sent;
  t.deepEqual(into, new Uint8Array(1000));
  t.false(world.frames.includes(DATA));
});

test('finalize waits for a pull that is under way', async (t) => {
  const world = new PullWorld();
  const { a, b } = world;
  world.later = true;
  void a.send(long(), 1);
  await b.probe(0);
  const receive = b.receive(0);
  await world.engines[1]?.finalize();
  t.true(receive.test());
});

test('a message that does not fit is not pulled, and its send completes', async (t) => {
  const { a, b, frames } = new PullWorld();
  const send = a.send(long(), 1);
  await t.throwsAsync(b.receive(0, { into: new Uint8Array(10) }), { code: 'ERR_TRUNCATE' });
  await send;
  t.deepEqual(frames, [RENDEZVOUS, CLEAR_TO_SEND]);
});

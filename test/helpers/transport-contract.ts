import { setImmediate as turn } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { bytesOf } from '../../src/base/array-kind.ts';
import type { Transport, TransportEvents } from '../../src/transport/transport.ts';
import { type Arrival, Inbox } from './inbox.ts';

/** A set of ranks that a transport can connect. */
export interface TestNetwork {
  readonly size: number;
  /** Make the transport of one rank; what it holds is given back with the test. */
  connect(rank: number, events: TransportEvents): Transport;
}

const KIB = 1024;
/** Where implementations change how they carry a payload, and around it. */
const SIZES = [0, 1, 16 * KIB - 1, 16 * KIB, 16 * KIB + 1, 64 * KIB, 1024 * KIB];
const HUGE = 100 * 1024 * KIB;
const NOTHING = new Uint8Array(0);

/** What a transport can be excused from, each with its reason. */
export type Skips = Partial<Record<'waits until wanted' | 'early frames', string>>;

/**
 * Hold a transport against the contract in `src/transport/transport.ts`.
 *
 * @param makeNetwork  makes a network of at least one rank; frames go from rank 0 to the highest
 */
export function testTransport(
  name: string,
  makeNetwork: (t: ExecutionContext) => TestNetwork,
  skips: Skips = {},
): void {
  /** Every rank connected and listening. */
  function joined(t: ExecutionContext): Joined {
    const network = makeNetwork(t);
    const inboxes = Array.from({ length: network.size }, () => new Inbox());
    const transports = inboxes.map((inbox, rank) => {
      const transport = network.connect(rank, inbox);
      transport.listen(true);
      return transport;
    });
    return new Joined(inboxes, transports);
  }

  function testUnless(skip: keyof Skips, title: string, body: (t: ExecutionContext) => unknown) {
    const reason = skips[skip];
    if (reason === undefined) test(`${name}: ${title}`, async (t) => void (await body(t)));
    else test.skip(`${name}: ${title} (${reason})`, () => {});
  }

  test(`${name}: frames arrive once each, in order, header and payload intact`, async (t) => {
    const { sender, receiver, to, inbox } = joined(t);
    for (let n = 0; n < 300; n += 1) {
      send(sender, to, headerOf(n, n % 17), pattern(n, (n * 7) % 200));
      if (n % 50 === 0) await turn();
    }
    await inbox.arrived(300);
    await Promise.all([sender.close(), receiver.close()]);
    t.is(inbox.frames.length, 300);
    for (const [n, { header, payload }] of inbox.frames.entries()) {
      t.deepEqual(header, headerOf(n, n % 17));
      t.deepEqual(payload, pattern(n, (n * 7) % 200));
    }
  });

  test(`${name}: payloads of any size arrive intact`, async (t) => {
    const { sender, to, inbox } = joined(t);
    for (const [n, size] of SIZES.entries()) send(sender, to, headerOf(n), pattern(n, size));
    await inbox.arrived(SIZES.length);
    for (const [n, size] of SIZES.entries()) {
      t.true(equal(inbox.frames[n]?.payload, pattern(n, size)), `${size} bytes`);
    }
  });

  test(`${name}: a payload of 100 MiB arrives intact`, async (t) => {
    const { sender, to, inbox } = joined(t);
    const sent = pattern(1, HUGE);
    send(sender, to, headerOf(0), sent);
    send(sender, to, headerOf(1), NOTHING);
    await inbox.arrived(2);
    t.true(equal(inbox.frames[0]?.payload, sent));
    t.is(inbox.frames[1]?.payload.length, 0);
  });

  test(`${name}: all pairs at once keep their frames apart and in order`, async (t) => {
    const { transports, inboxes } = joined(t);
    const rounds = 200;
    for (let n = 0; n < rounds; n += 1) {
      for (const [rank, transport] of transports.entries()) {
        for (const dest of reached(transport, inboxes.length)) {
          send(transport, dest, headerOf(n), pairPattern(rank, dest, n));
        }
      }
      if (n % 20 === 0) await turn();
    }
    for (const [dest, inbox] of inboxes.entries()) {
      const sources = transports.flatMap((transport, rank) => (transport.reach(dest) ? rank : []));
      await inbox.arrived(sources.length * rounds);
      t.is(inbox.frames.length, sources.length * rounds);
      for (const source of sources) {
        const intact = inbox
          .from(source)
          .every(
            ({ header, payload }, n) =>
              equal(header, headerOf(n)) && equal(payload, pairPattern(source, dest, n)),
          );
        t.true(intact, `from ${source} to ${dest}`);
      }
    }
  });

  test(`${name}: many small frames of one tick arrive in order`, async (t) => {
    const { sender, to, inbox } = joined(t);
    const count = 20_000;
    for (let n = 0; n < count; n += 1) send(sender, to, headerOf(n), pattern(n, n % 40));
    await inbox.arrived(count);
    t.true(
      inbox.frames.every(
        ({ header, payload }, n) =>
          equal(header, headerOf(n)) && equal(payload, pattern(n, n % 40)),
      ),
    );
  });

  test(`${name}: small and large frames keep their order`, async (t) => {
    const { sender, to, inbox } = joined(t);
    const sizeOf = (n: number): number => (SIZES[(n * 5) % SIZES.length] as number) + (n % 3);
    for (let n = 0; n < 60; n += 1) {
      send(sender, to, headerOf(n), pattern(n, sizeOf(n)));
      if (n % 7 === 0) await turn();
    }
    await inbox.arrived(60);
    for (const [n, { header, payload }] of inbox.frames.entries()) {
      t.deepEqual(header, headerOf(n));
      t.true(equal(payload, pattern(n, sizeOf(n))), `frame ${n}`);
    }
  });

  test(`${name}: the sender may overwrite what send is done with, Buffers too`, async (t) => {
    const { sender, to, inbox } = joined(t);
    const done: (Promise<void> | undefined)[] = [];
    for (const [n, size] of SIZES.entries()) {
      // A view into the middle: only its own bytes may travel.
      const header = headerOf(-1, n + 2)
        .fill(n, 1, 1 + n)
        .subarray(1, 1 + n);
      const payload = Buffer.from(pattern(n, size + 20)).subarray(10, 10 + size);
      const sent = sender.send(to, { header, payload });
      header.fill(-7);
      if (sent === undefined) payload.fill(0xee);
      done.push(sent?.then(() => void payload.fill(0xee)));
    }
    await inbox.arrived(SIZES.length);
    await Promise.all(done);
    for (const [n, size] of SIZES.entries()) {
      t.deepEqual(inbox.frames[n]?.header, new Int32Array(n).fill(n));
      t.true(
        equal(inbox.frames[n]?.payload, pattern(n, size + 20).subarray(10, 10 + size)),
        `${size} bytes`,
      );
    }
  });

  test(`${name}: a payload that spans its memory is the receiver's to keep and to change`, async (t) => {
    const { sender, to, inbox } = joined(t);
    for (let n = 0; n < 40; n += 1) send(sender, to, headerOf(n), pattern(n, 64 * KIB));
    await inbox.arrived(40);
    for (let n = 40; n < 80; n += 1) send(sender, to, headerOf(n), pattern(n, 64 * KIB));
    for (const { payload, given } of inbox.frames.slice(0, 20)) if (given) payload.fill(0);
    await inbox.arrived(80);
    for (const [n, { payload }] of inbox.frames.entries()) {
      if (n >= 20) t.true(equal(payload, pattern(n, 64 * KIB)), `frame ${n}`);
    }
  });

  test(`${name}: frames arrive as plain bytes, whose slice copies`, async (t) => {
    const { sender, to, inbox } = joined(t);
    for (const [n, size] of SIZES.entries()) {
      send(sender, to, headerOf(n), Buffer.alloc(size));
    }
    await inbox.arrived(SIZES.length);
    t.deepEqual([...inbox.types], ['Uint8Array']);
  });

  test(`${name}: onFrame is not called from within send, be it the send of an onFrame`, async (t) => {
    const { sender, receiver, to, inbox, inboxes } = joined(t);
    const back = inboxes[0] as Inbox;
    let sending = false;
    let nested = false;
    const mark = (transport: Transport, dest: number, n: number): void => {
      sending = true;
      send(transport, dest, headerOf(n), pattern(n, n % 100));
      sending = false;
    };
    const react = ({ header: [n = 0] }: Arrival): void => {
      nested ||= sending;
      if (n < 100) mark(receiver, 0, n + 100);
    };
    inbox.react = react;
    back.react = react;
    for (let n = 0; n < 100; n += 1) mark(sender, to, n);
    await inbox.arrived(100);
    await back.arrived(back === inbox ? 200 : 100);
    t.false(nested);
    t.deepEqual(
      back.frames.slice(-100).map(({ header }) => header[0]),
      Array.from({ length: 100 }, (_, n) => n + 100),
    );
  });

  testUnless('waits until wanted', 'frames wait while they are not wanted', async (t) => {
    const { sender, receiver, to, inbox } = joined(t);
    send(sender, to, headerOf(0), NOTHING);
    await inbox.arrived(1);
    receiver.listen(false);
    await turns(20);
    for (let n = 1; n < 500; n += 1) send(sender, to, headerOf(n), pattern(n, n * 40));
    await turns(200);
    const early = inbox.frames.length;
    receiver.listen(true);
    await inbox.arrived(500);
    t.is(early, 1);
    t.true(inbox.frames.every(({ header }, n) => equal(header, headerOf(n))));
  });

  test(`${name}: listening can be switched thousands of times under load`, async (t) => {
    const { sender, receiver, to, inbox } = joined(t);
    const count = 3000;
    for (let n = 0; n < count; n += 1) {
      send(sender, to, headerOf(n), pattern(n, n % 2000));
      receiver.listen(n % 3 === 0);
      receiver.listen(n % 2 === 0);
      receiver.listen(n % 5 !== 0);
      if (n % 4 === 0) await turn();
    }
    for (let n = 0; n < 2000; n += 1) receiver.listen(n % 2 === 0);
    receiver.listen(true);
    await inbox.arrived(count);
    await turns(10);
    t.is(inbox.frames.length, count);
    t.true(inbox.frames.every(({ header }, n) => equal(header, headerOf(n))));
    t.deepEqual(inbox.errors, []);
  });

  testUnless(
    'early frames',
    'frames for a peer that is not there yet arrive once it is',
    async (t) => {
      const network = makeNetwork(t);
      const sender = network.connect(0, new Inbox());
      const to = network.size - 1;
      for (let n = 0; n < 100; n += 1) send(sender, to, headerOf(n), pattern(n, n * 300));
      await turns(100);
      const inbox = new Inbox();
      const receiver = network.connect(to, inbox);
      receiver.listen(true);
      await inbox.arrived(100);
      t.true(inbox.frames.every(({ payload }, n) => equal(payload, pattern(n, n * 300))));
    },
  );

  test(`${name}: closing resolves, also again, and ends what comes and goes`, async (t) => {
    const { sender, receiver, to, inbox } = joined(t);
    send(sender, to, headerOf(0), NOTHING);
    await inbox.arrived(1);
    for (let n = 1; n < 100; n += 1) send(sender, to, headerOf(n), pattern(n, 100));
    // From within a frame: those behind it in the same batch must not come either.
    inbox.react = () => void receiver.close();
    await inbox.arrived(2);
    await receiver.close();
    await sender.close();
    await Promise.all([receiver.close(), sender.close()]);
    t.is(sender.send(to, { header: headerOf(0), payload: NOTHING }), undefined);
    sender.listen(true);
    receiver.listen(true);
    receiver.listen(false);
    await turns(50);
    t.is(inbox.frames.length, 2);
    t.deepEqual(inbox.errors, []);
  });

  test(`${name}: a transport that was never used closes`, async (t) => {
    await t.notThrowsAsync(makeNetwork(t).connect(0, new Inbox()).close());
  });

  test(`${name}: a transport that is being opened closes`, async (t) => {
    const { transports, inboxes } = joined(t);
    for (const transport of transports) {
      for (const dest of reached(transport, transports.length)) send(transport, dest, headerOf(0));
    }
    await Promise.all(transports.map((transport) => transport.close()));
    await turns(50);
    t.deepEqual(
      inboxes.flatMap((inbox) => inbox.errors),
      [],
    );
  });

  test(`${name}: an error of onFrame breaks the transport, once`, async (t) => {
    const { sender, to, inbox } = joined(t);
    inbox.react = () => {
      throw new Error('no place for this frame');
    };
    for (let n = 0; n < 10; n += 1) send(sender, to, headerOf(n), pattern(n, 100));
    t.regex((await inbox.broken()).message, /no place for this frame/);
    send(sender, to, headerOf(10));
    await turns(50);
    t.is(inbox.frames.length, 1);
    t.is(inbox.errors.length, 1);
  });

  test(`${name}: no rank outside the world is within reach`, (t) => {
    const { transports } = joined(t);
    for (const transport of transports) {
      t.false(transport.reach(-1));
      t.false(transport.reach(-2));
      t.false(transport.reach(transports.length));
      t.true(reached(transport, transports.length).length > 0);
    }
  });
}

/** A network whose ranks are all connected and listen. */
class Joined {
  readonly inboxes: readonly Inbox[];
  readonly transports: readonly Transport[];
  /** The rank that tests send to: the highest. */
  readonly to: number;
  readonly sender: Transport;
  readonly receiver: Transport;
  readonly inbox: Inbox;

  constructor(inboxes: readonly Inbox[], transports: readonly Transport[]) {
    this.inboxes = inboxes;
    this.transports = transports;
    this.to = transports.length - 1;
    this.sender = transports[0] as Transport;
    this.receiver = transports[this.to] as Transport;
    this.inbox = inboxes[this.to] as Inbox;
  }
}

function send(
  transport: Transport,
  dest: number,
  header: Int32Array,
  payload: Uint8Array = NOTHING,
): void {
  void transport.send(dest, { header, payload });
}

function reached(transport: Transport, size: number): number[] {
  return Array.from({ length: size }, (_, rank) => rank).filter((rank) => transport.reach(rank));
}

async function turns(count: number): Promise<void> {
  for (let n = 0; n < count; n += 1) await turn();
}

/** A header that tells frame `n`. */
function headerOf(n: number, length = 8): Int32Array {
  return Int32Array.from({ length }, (_, at) => (at === 0 ? n : Math.imul(n + at, 0x9e3779b1)));
}

/** Bytes that differ from those of any other `n` nearby, and from themselves if shifted. */
function pattern(n: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let state = n + 1;
  for (let at = 0; at < length; at += 1) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    bytes[at] = state >>> 24;
  }
  return bytes;
}

function pairPattern(source: number, dest: number, n: number): Uint8Array {
  return pattern(source * 1_000_003 + dest * 10_007 + n, (n * 131) % 3000);
}

function equal<A extends Uint8Array | Int32Array>(a: A | undefined, b: A): boolean {
  return a !== undefined && Buffer.compare(bytesOf(a), bytesOf(b)) === 0;
}

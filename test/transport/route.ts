import test from 'ava';
import { LocalNetwork } from '../../src/transport/local.ts';
import { Route } from '../../src/transport/route.ts';
import { SelfTransport } from '../../src/transport/self.ts';
import type { Frame, Transport } from '../../src/transport/transport.ts';
import { Inbox } from '../helpers/inbox.ts';
import { testTransport } from '../helpers/transport-contract.ts';

testTransport(
  'route',
  () => {
    const network = new LocalNetwork({ size: 3, seed: 3, schedule: setImmediate });
    return {
      size: 3,
      connect: (rank, events) =>
        new Route(3, [new SelfTransport(rank, events), network.connect(rank, events)]),
    };
  },
  { 'waits until wanted': 'neither of the two transports behind it does' },
);

/** Reaches some ranks, and notes what it is told. */
class Noting implements Transport {
  readonly name = 'noting';
  readonly notes: string[] = [];
  readonly #ranks: readonly number[];
  readonly #done: Promise<void> | undefined;

  constructor(ranks: readonly number[], done?: Promise<void>) {
    this.#ranks = ranks;
    this.#done = done;
  }

  reach(rank: number): boolean {
    return this.#ranks.includes(rank);
  }

  send(rank: number, frame: Frame): Promise<void> | undefined {
    this.notes.push(`send to ${rank} ${frame.payload.length}`);
    return this.#done;
  }

  grow(size: number): void {
    this.notes.push(`grow ${size}`);
  }

  listen(wanted: boolean): void {
    this.notes.push(`listen ${wanted}`);
  }

  close(): Promise<void> {
    this.notes.push('close');
    return Promise.resolve();
  }
}

const FRAME: Frame = { header: new Int32Array(1), payload: new Uint8Array(5) };

test('a frame takes the first transport that reaches its rank, and what that answers is handed on', (t) => {
  const done = Promise.resolve();
  const near = new Noting([0, 1]);
  const far = new Noting([1, 2], done);
  const route = new Route(3, [near, far]);
  t.deepEqual(
    [0, 1, 2].map((rank) => route.send(rank, FRAME)),
    [undefined, undefined, done],
  );
  t.deepEqual(near.notes, ['send to 0 5', 'send to 1 5']);
  t.deepEqual(far.notes, ['send to 2 5']);
});

test('all transports of a route listen and close', async (t) => {
  const transports = [new Noting([0]), new Noting([1])];
  const route = new Route(2, transports);
  route.listen(true);
  route.listen(false);
  await route.close();
  for (const { notes } of transports) t.deepEqual(notes, ['listen true', 'listen false', 'close']);
});

test('a rank that no transport reaches is refused when the route is made', (t) => {
  t.throws(() => new Route(2, [new SelfTransport(0, new Inbox())]), {
    message: /no transport reaches rank 1/,
  });
});

test('a route that grows reaches new ranks by the first transport that does, be it new as well', (t) => {
  const near = new Noting([0, 2]);
  const far = new Noting([0, 1, 2]);
  const route = new Route(1, [near]);
  t.throws(() => new Route(2, [near]), { message: /no transport reaches rank 1/ });
  route.add(far);
  route.grow(3);
  for (const rank of [0, 1, 2]) void route.send(rank, FRAME);
  t.deepEqual(near.notes, ['grow 3', 'send to 0 5', 'send to 2 5']);
  t.deepEqual(far.notes, ['grow 3', 'send to 1 5']);
});

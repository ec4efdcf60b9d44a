import test from 'ava';
import fc from 'fast-check';
import { LocalNetwork } from '../../src/transport/local.ts';
import { holds } from '../helpers/property.ts';

/** Send frames over a network whose turns the test makes; returns all deliveries in their order. */
function deliver(seed: number, sends: readonly (readonly [from: number, to: number])[]): string[] {
  const turns: (() => void)[] = [];
  const deliveries: string[] = [];
  const network = new LocalNetwork({ size: 3, seed, schedule: (turn) => turns.push(turn) });
  const transports = [0, 1, 2].map((rank) =>
    network.connect(rank, {
      onFrame: (source, header) => deliveries.push(`${source}-${rank}:${header[0]}`),
      onBroken: () => {},
    }),
  );
  for (const [at, [from, to]] of sends.entries()) {
    transports[from]?.send(to, { header: Uint8Array.of(at), payload: new Uint8Array(0) });
  }
  for (let turn = turns.shift(); turn !== undefined; turn = turns.shift()) turn();
  return deliveries;
}

const sends = fc.array(fc.tuple(fc.nat(2), fc.nat(2)), { maxLength: 60 });

test('every frame arrives once, and those of one channel in their order', async (t) => {
  const property = fc.property(fc.tuple(fc.nat(), sends), ([seed, frames]) => {
    const deliveries = deliver(seed, frames);
    for (const channel of ['0-0', '0-1', '0-2', '1-0', '1-1', '1-2', '2-0', '2-1', '2-2']) {
      const expected = frames.flatMap(([from, to], at) =>
        `${from}-${to}` === channel ? [`${channel}:${at}`] : [],
      );
      const actual = deliveries.filter((delivery) => delivery.startsWith(`${channel}:`));
      if (actual.join() !== expected.join()) throw new Error(`${actual} instead of ${expected}`);
    }
    return deliveries.length === frames.length;
  });
  await holds(t, property, 500);
});

test('the same seed delivers in the same order, other seeds in others', (t) => {
  const frames = Array.from({ length: 30 }, (_, at) => [at % 3, (at >> 1) % 3] as const);
  t.deepEqual(deliver(1, frames), deliver(1, frames));
  const orders = new Set([1, 2, 3, 4, 5].map((seed) => deliver(seed, frames).join()));
  t.is(orders.size, 5);
});

test('a rank that sends to itself from within a delivery gets it later', (t) => {
  const turns: (() => void)[] = [];
  for (let seed = 0; seed < 20; seed += 1) {
    const arrived: number[] = [];
    const network = new LocalNetwork({ size: 1, seed, schedule: (turn) => turns.push(turn) });
    const send = (at: number): void =>
      void transport.send(0, { header: Uint8Array.of(at), payload: new Uint8Array(0) });
    const transport = network.connect(0, {
      onFrame: (_, [at = 0]) => {
        if (at < 9) send(at + 1);
        arrived.push(at);
      },
      onBroken: () => {},
    });
    send(0);
    for (let turn = turns.shift(); turn !== undefined; turn = turns.shift()) turn();
    t.deepEqual(arrived, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  }
});

test('a closed rank hears nothing more', async (t) => {
  const turns: (() => void)[] = [];
  const network = new LocalNetwork({ size: 2, seed: 1, schedule: (turn) => turns.push(turn) });
  const events = { onFrame: () => t.fail(), onBroken: () => {} };
  const [from, to] = [network.connect(0, events), network.connect(1, events)];
  void from.send(1, { header: new Uint8Array(1), payload: new Uint8Array(0) });
  await to.close();
  for (const turn of turns) turn();
  t.true(from.reach(1));
  t.false(from.reach(2));
});

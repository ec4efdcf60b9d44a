import test from 'ava';
import { LocalNetwork } from '../../src/transport/local.ts';
import { Inbox } from '../helpers/inbox.ts';
import { testTransport } from '../helpers/transport-contract.ts';

testTransport(
  'local',
  () => {
    const network = new LocalNetwork({ size: 5, seed: 1, schedule: setImmediate });
    return { size: 5, connect: (rank, events) => network.connect(rank, events) };
  },
  { 'waits until wanted': 'it holds no process, so it need not be told' },
);

/** The order in which rank 0 sees 30 frames of each of three others. */
async function orderOf(seed: number): Promise<number[]> {
  const network = new LocalNetwork({ size: 4, seed, schedule: setImmediate });
  const inbox = new Inbox();
  network.connect(0, inbox);
  for (let n = 0; n < 30; n += 1) {
    for (const source of [1, 2, 3]) {
      const frame = { header: Int32Array.of(n), payload: new Uint8Array(0) };
      void network.connect(source, new Inbox()).send(0, frame);
    }
  }
  await inbox.arrived(90);
  return inbox.frames.map(({ source }) => source);
}

test('the same seed delivers in the same order, another seed in another', async (t) => {
  const first = await orderOf(7);
  t.deepEqual(await orderOf(7), first);
  t.notDeepEqual(await orderOf(8), first);
});

test('every delivery is told', async (t) => {
  let deliveries = 0;
  const network = new LocalNetwork({
    size: 1,
    seed: 0,
    schedule: setImmediate,
    onDelivery: () => {
      deliveries += 1;
    },
  });
  const inbox = new Inbox();
  const transport = network.connect(0, inbox);
  for (let n = 0; n < 9; n += 1) {
    void transport.send(0, { header: Int32Array.of(n), payload: new Uint8Array(n) });
  }
  await inbox.arrived(9);
  t.is(deliveries, 9);
});

test('frames of a rank that is new wait until their receiver has heard of it', async (t) => {
  const network = new LocalNetwork({ size: 1, seed: 3, schedule: setImmediate });
  const inbox = new Inbox();
  const old = network.connect(0, inbox);
  const young = network.connect(1, new Inbox(), 2);
  t.false(old.reach(1));
  for (let n = 0; n < 9; n += 1) {
    void young.send(0, { header: Int32Array.of(n), payload: new Uint8Array(n) });
  }
  void old.send(0, { header: Int32Array.of(100), payload: new Uint8Array(0) });
  await inbox.arrived(1);
  for (let turn = 0; turn < 50; turn += 1) await new Promise(setImmediate);
  t.is(inbox.frames.length, 1);
  old.grow?.(2);
  t.true(old.reach(1));
  await inbox.arrived(10);
  t.deepEqual(
    inbox.from(1).map(({ header }) => header[0]),
    [0, 1, 2, 3, 4, 5, 6, 7, 8],
  );
});

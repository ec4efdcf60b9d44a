import test, { type ExecutionContext } from 'ava';
import { SegmentLayout, type Stretch } from '../../../src/transport/shm/layout.ts';
import type { MappedPart } from '../../../src/transport/shm/neighbours.ts';
import { ShmTransport } from '../../../src/transport/shm/shm.ts';
import { canShareMemory } from '../../../src/transport/shm/system.ts';
import { waitingFor } from '../../../src/transport/shm/waiting.ts';
import { Inbox } from '../../helpers/inbox.ts';
import { mapped } from '../../helpers/shm-network.ts';
import { tempFolder } from '../../helpers/temp-folder.ts';

const here = canShareMemory(process.platform, process.arch) ? test : test.skip;

const WAITING = waitingFor('park', { crowded: false, alone: true });

/** Two elders and two children, of whom the first elder and the children are here. */
class Family {
  readonly discarded: Stretch[] = [];
  readonly inbox = new Inbox();
  readonly elder: ShmTransport;
  readonly children: readonly ShmTransport[];
  readonly part: MappedPart;

  constructor(t: ExecutionContext) {
    const folder = tempFolder(t);
    const openPipe = (): number => t.fail() as never;
    const own = this.#map(t, new SegmentLayout({ members: [0, 1], ringBytes: 4096 }));
    this.part = this.#map(
      t,
      new SegmentLayout({ members: [2, 3], ringBytes: 4096, elders: [0, 1], elderRingBytes: 8192 }),
    );
    const common = { waiting: WAITING, folder, openPipe };
    this.elder = new ShmTransport({ rank: 0, own, ...common }, this.inbox);
    this.elder.add(this.part);
    const elders = [{ members: [0, 1], memory: own.memory }];
    this.children = [2, 3].map(
      (rank) => new ShmTransport({ rank, own: this.part, elders, ...common }, new Inbox()),
    );
    for (const transport of [this.elder, ...this.children]) t.teardown(() => transport.close());
  }

  #map(t: ExecutionContext, layout: SegmentLayout): MappedPart {
    const memory = mapped(t, layout.bytes);
    const discard = (at: number, bytes: number): void => void this.discarded.push({ at, bytes });
    return { layout, memory: { ...memory, discard } };
  }
}

function frame(n: number, bytes = 0): { header: Int32Array; payload: Uint8Array } {
  return { header: Int32Array.of(n), payload: new Uint8Array(bytes) };
}

here('what children have sent is taken in when the last of them is gone, wanted or not', (t) => {
  const { elder, children, inbox } = new Family(t);
  for (const [at, child] of children.entries()) {
    for (let n = 0; n < 3; n += 1) void child.send(0, frame(10 * at + n, 100));
  }
  elder.forget(2);
  t.deepEqual(inbox.frames, []);
  elder.forget(3);
  t.deepEqual(
    inbox.frames.map(({ header }) => header[0]),
    [0, 1, 2, 10, 11, 12],
  );
});

here('then they are reached no more, and what waits for room there is let go', async (t) => {
  const { elder } = new Family(t);
  // More than the ring holds.
  const waiting = elder.send(2, frame(1, 100_000));
  elder.forget(2);
  t.true(elder.reach(2));
  elder.forget(3);
  await waiting;
  t.false(elder.reach(2));
  t.false(elder.reach(3));
  t.is(elder.send(2, frame(2, 100_000)), undefined);
  t.true(elder.reach(1));
});

here('what an elder shared with them is given back, and not what another still may read', (t) => {
  const { elder, part, discarded } = new Family(t);
  const { layout } = part;
  elder.forget(2);
  t.deepEqual(discarded, []);
  elder.forget(3);
  t.deepEqual(discarded, [layout.ofMembers(), layout.ofElder(0)]);
});

here('what an elder has left that is gone itself is given back with it', (t) => {
  const { elder, part, discarded } = new Family(t);
  for (const rank of [1, 2, 3]) elder.forget(rank);
  const { layout } = part;
  t.deepEqual(discarded, [layout.ofMembers(), layout.ofElder(0), layout.ofElder(1)]);
});

here('the part in which a process sleeps stays, whoever is gone', (t) => {
  const { children, discarded } = new Family(t);
  for (const rank of [0, 1, 3]) children[0]?.forget(rank);
  t.deepEqual(discarded, []);
});

here('a frame may be the last of all, and tell so while it is taken in', async (t) => {
  const { elder, children, inbox, discarded } = new Family(t);
  inbox.react = () => {
    elder.forget(2);
    elder.forget(3);
  };
  void children[1]?.send(0, frame(1));
  void children[0]?.send(0, frame(2));
  elder.listen(true);
  await inbox.arrived(2);
  await Promise.resolve();
  t.is(discarded.length, 2);
});

import test from 'ava';
import { Intercommunicator } from '../../src/comm/communicator.ts';
import { Name } from '../../src/comm/name.ts';
import { Universe } from '../../src/comm/universe.ts';
import { Group } from '../../src/group/group.ts';
import { Engine } from '../../src/match/engine.ts';
import { creditFor } from '../../src/match/peer.ts';
import { LocalNetwork } from '../../src/transport/local.ts';
import { ManualClock } from '../helpers/manual-clock.ts';
import { turn } from '../helpers/world.ts';

/** Worlds over one network, which the test tells of each other. */
class Worlds {
  readonly clock: ManualClock = new ManualClock();
  readonly wanted: boolean[] = [];
  readonly #network: LocalNetwork = new LocalNetwork({ size: 1, seed: 5, schedule: setImmediate });
  readonly #creditBytes: number | undefined;

  constructor(creditBytes?: number) {
    this.#creditBytes = creditBytes;
  }

  /** Make one process of a job that has so many. */
  process(rank: number, size: number, first: number, parents?: readonly number[]): Universe {
    const engine = this.engine(rank, size);
    const span = { first, count: size - first };
    const parent = parents && { ranks: parents, context: 2 ** 31 - 2 };
    return new Universe({ engine, span, parent });
  }

  engine(rank: number, size: number): Engine {
    return new Engine({
      rank,
      size,
      clock: this.clock,
      creditBytes: this.#creditBytes,
      eagerBytes: 100,
      onWanted: (wanted) => {
        this.wanted[rank] = wanted;
      },
      connect: (events) => this.#network.connect(rank, events, size),
    });
  }
}

async function turns(count: number): Promise<void> {
  for (let n = 0; n < count; n += 1) await turn();
}

test('what a new process sends waits until this one has heard of it, and arrives then in order', async (t) => {
  const worlds = new Worlds();
  const old = worlds.engine(0, 1);
  const parent = new Universe({ engine: old });
  const child = worlds.process(1, 2, 1, [0]);
  for (let n = 0; n < 20; n += 1) void child.parent?.send(n, 0);
  void child.parent?.send(new Uint8Array(1000).fill(7), 0);
  await turns(50);
  old.grow(2);
  parent.grow(1, [0]);
  const { world } = parent;
  const inter = openBetween(parent, [1]);
  for (let n = 0; n < 20; n += 1) t.is(await inter.receive(0), n);
  t.deepEqual(await inter.receive(0), new Uint8Array(1000).fill(7));
  t.is(world.size, 1);
  t.deepEqual(old.framesSent().length, 2);
});

/** The side of the parents, of the communicator of which the children know by birth. */
function openBetween(universe: Universe, children: readonly number[]): Intercommunicator {
  const { group } = universe.world;
  const name = new Name('children');
  const remote = { group: new Group(children, group.worldRank(group.rank)), comesLast: true };
  return new Intercommunicator(universe.open({ context: 2 ** 31 - 2, group, remote, name }));
}

test('a rank that waited alone listens once there are others', async (t) => {
  const worlds = new Worlds();
  const old = worlds.engine(0, 1);
  const { world } = new Universe({ engine: old });
  void world.receive(0).catch(() => {});
  t.falsy(worlds.wanted[0]);
  old.grow(2);
  t.true(worlds.wanted[0]);
});

test('the loss of a new process ends what needs it, and nothing else', async (t) => {
  const worlds = new Worlds();
  const old = worlds.engine(0, 1);
  const parent = new Universe({ engine: old });
  worlds.process(1, 3, 1, [0]);
  const child = worlds.process(2, 3, 1, [0]);
  old.grow(3);
  const inter = openBetween(parent, [1, 2]);
  const doomed = inter.receive(0);
  const other = inter.receive(1);
  old.peerLost(1, 'rank 0 of child.ts was killed by SIGKILL');
  await t.throwsAsync(doomed, {
    code: 'ERR_PROC_FAILED',
    message:
      'rank 0 of children (rank 0 of the world): receive from 0, any tag: rank 0 of child.ts was killed by SIGKILL',
  });
  void child.parent?.send('here', 0);
  t.is(await other, 'here');
});

test('credit is the same on both sides, whoever was there first', async (t) => {
  const worlds = new Worlds(10 * creditFor(8));
  const old = worlds.engine(0, 1);
  const parent = new Universe({ engine: old });
  const child = worlds.process(1, 2, 1, [0]);
  old.grow(2);
  const inter = openBetween(parent, [1]);
  for (let round = 0; round < 200; round += 1) {
    void child.parent?.send(round, 0);
    t.is(await inter.receive(0), round);
    await inter.send(round, 0);
    t.is(await child.parent?.receive(0), round);
  }
});

test('processes of different births agree on the bytes that may lie unread between them', async (t) => {
  // 256 MiB in all: for 32 processes less for each than for one.
  const network = new LocalNetwork({ size: 1, seed: 5, schedule: setImmediate });
  const clock = new ManualClock();
  const engine = (rank: number, size: number): Engine =>
    new Engine({
      rank,
      size,
      clock,
      eagerBytes: Number.MAX_SAFE_INTEGER,
      connect: (events) => network.connect(rank, events, size),
    });
  const old = engine(0, 1);
  const parent = new Universe({ engine: old });
  const span = { first: 1, count: 31 };
  const young = engine(1, 32);
  const child = new Universe({ engine: young, span, parent: { ranks: [0], context: 2 ** 31 - 2 } });
  old.grow(32);
  const inter = openBetween(parent, [1]);
  const MIB = new Uint8Array(2 ** 20);
  const sends = Array.from({ length: 9 }, () => inter.send(MIB, 0));
  t.deepEqual(
    sends.map((send) => send.test()),
    [true, true, true, true, true, true, true, false, false],
  );
  for (const send of sends) {
    await child.parent?.receive(0);
    await send;
  }
});

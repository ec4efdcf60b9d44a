import { readdirSync } from 'node:fs';
import test, { type ExecutionContext } from 'ava';
import { curveKeyPair } from 'zeromq';
import type { Clock } from '../../src/base/clock.ts';
import type { Communicator, Intercommunicator } from '../../src/comm/communicator.ts';
import type { Spawner } from '../../src/comm/parts.ts';
import { Universe } from '../../src/comm/universe.ts';
import type { RankStart } from '../../src/control/message.ts';
import { Engine } from '../../src/match/engine.ts';
import { sum } from '../../src/op/arithmetic.ts';
import { Transports } from '../../src/rank/transports.ts';
import { tempFolder } from '../helpers/temp-folder.ts';

const clock: Clock = {
  now: () => performance.now(),
  after: (ms, callback) => {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
};

type Common = Omit<RankStart, 'rank' | 'size' | 'hosts'>;

/** A process of a job, all of which are in this one, with the transports of a real one. */
class JobProcess {
  readonly engine: Engine;
  readonly universe: Universe;
  readonly #transports: Transports;

  constructor(start: RankStart, spawner: Spawner) {
    let transports!: Transports;
    const { rank, size, hosts, world: span, parent } = start;
    this.engine = new Engine({
      rank,
      size,
      clock,
      connect: (events) => {
        transports = new Transports(start, events, () => {});
        return transports.route;
      },
    });
    this.#transports = transports;
    this.universe = new Universe({ engine: this.engine, hosts, span, parent, spawner });
  }

  get world(): Communicator {
    return this.universe.world;
  }

  get parent(): Intercommunicator {
    return this.universe.parent as Intercommunicator;
  }

  get port(): string {
    return this.#transports.port() ?? '';
  }

  takePorts(ports: readonly string[]): void {
    this.#transports.takePorts(ports);
  }

  /** As `World.onMessage` in init.ts. */
  grow(first: number, hosts: readonly number[]): void {
    this.#transports.grow(first, hosts);
    this.engine.grow(first + hosts.length);
    this.universe.grow(first, hosts);
  }
}

/** A job in this process: what the launcher does is done here, and `child` runs in what is spawned. */
class Job {
  readonly processes: JobProcess[] = [];
  readonly #common: Common;
  readonly #hosts: number[] = [];
  readonly #child: (process: JobProcess) => Promise<void>;
  readonly #children: Promise<void>[] = [];

  constructor(
    t: ExecutionContext,
    common: Partial<Common>,
    hosts: readonly number[],
    child: (process: JobProcess) => Promise<void>,
  ) {
    const folder = tempFolder(t);
    const usual = { program: '', compiled: '', library: '', eagerBytes: 1000 };
    this.#common = { ...usual, transport: 'zeromq', folder, ...common };
    this.#child = child;
    this.#add(hosts, {});
    t.teardown(() => Promise.all(this.processes.map(({ engine }) => engine.close())));
  }

  /** Run the first world, and finalize all. */
  async run(main: (process: JobProcess) => Promise<void>): Promise<void> {
    void this.#tellPorts();
    await Promise.all(this.processes.map(main));
    await Promise.all(this.#children);
    await Promise.all(this.processes.map(({ engine }) => engine.finalize()));
    for (const { engine } of this.processes) {
      for (const other of this.processes) {
        if (other.engine === engine) continue;
        other.engine.peerFinishing(engine.rank, engine.framesSent()[other.engine.rank] ?? 0);
      }
      engine.lookBack();
    }
  }

  #add(hosts: readonly number[], more: Pick<RankStart, 'world' | 'parent'>): JobProcess[] {
    const first = this.processes.length;
    this.#hosts.push(...hosts);
    const size = first + hosts.length;
    const spawner: Spawner = {
      hold: (until) => until,
      part: () => Promise.resolve(),
      spawn: async ({ programs, parents, context }) => {
        const count = programs.reduce((all, { n }) => all + n, 0);
        const before = [...this.processes];
        const world = { first: before.length, count };
        // Every second one on the other host, if there is one.
        const placed = Array.from(
          { length: count },
          (_, at) => (at % 2) * Math.max(...this.#hosts),
        );
        const children = this.#add(placed, { world, parent: { ranks: parents, context } });
        for (const child of children) this.#children.push(this.#child(child));
        for (const process of before) process.grow(world.first, placed);
        void this.#tellPorts();
        return world;
      },
    };
    const made = hosts.map((_, at) => {
      const start = { ...this.#common, ...more, rank: first + at, size, hosts: [...this.#hosts] };
      return new JobProcess(start, spawner);
    });
    this.processes.push(...made);
    return made;
  }

  async #tellPorts(): Promise<void> {
    const ports = await Promise.all(this.processes.map(({ port }) => port));
    for (const process of this.processes) process.takePorts(ports);
  }
}

/** What both sides do, once they know each other. */
async function meet(inter: Intercommunicator, isChild: boolean, total: number): Promise<void> {
  const { rank, remoteSize } = inter;
  const long = new Float64Array(50_000).fill(rank);
  for (let other = 0; other < remoteSize; other += 1) void inter.send(long, other);
  for (let other = 0; other < remoteSize; other += 1) {
    const got = await inter.receive<Float64Array>(other);
    if (got.length !== 50_000 || got[49_999] !== other) throw new Error(`wrong data from ${other}`);
  }
  const all = await inter.merge({ high: isChild });
  const counted = await all.allreduce(1, sum);
  if (counted !== total) throw new Error(`${counted} of ${total}`);
  await all.free();
}

for (const [name, common, hosts] of [
  ['over sockets in the folder of the job', {}, [0, 0]],
  ['where a world of one had no socket', {}, [0]],
  ['over encrypted connections', { transport: 'zeromq-tcp', keys: curveKeyPair() }, [0, 0]],
  [
    'over encrypted connections alone, whichever share memory',
    { transport: 'shm', sockets: 'zeromq-tcp', keys: curveKeyPair() },
    [0],
  ],
  [
    'where a world of one accepted no connections',
    { transport: 'zeromq-tcp', keys: curveKeyPair() },
    [0],
  ],
  [
    'on two hosts',
    {
      keys: curveKeyPair(),
      network: { bind: ['127.0.0.1'], routes: ['127.0.0.1', '127.0.0.1'], encrypt: true },
    },
    [0, 1],
  ],
] as const) {
  test(`a job grows ${name}, and grows again`, async (t) => {
    const job = new Job(t, common, hosts, async ({ world, parent }) => {
      t.is(await world.allreduce(world.rank, sum), 3);
      await meet(parent, true, hosts.length + 3);
    });
    await job.run(async ({ world }) => {
      for (let round = 0; round < 3; round += 1) {
        const children = await world.spawn('child.ts', { n: 3 });
        await meet(children, false, hosts.length + 3);
      }
    });
    t.is(job.processes.length, hosts.length + 9);
  });
}

test('as long as nobody spawns, a rank that is alone has no socket', async (t) => {
  const folder = tempFolder(t);
  const job = new Job(t, { folder }, [0], async ({ parent }) => {
    await parent.send('here', 0);
  });
  await job.run(async ({ world }) => {
    const received = world.receive(0);
    await world.send('to myself', 0);
    t.is(await received, 'to myself');
    t.deepEqual(readdirSync(folder), []);
    const children = await world.spawn('child.ts');
    t.is(await children.receive(0), 'here');
    t.true(readdirSync(folder).includes('0'));
  });
});

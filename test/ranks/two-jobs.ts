/** One of two jobs that meet at the port of a service: `two-jobs.ts server|client WAY`. Both check by what every rank can work out. */
import { deepStrictEqual, equal, match, rejects } from 'node:assert/strict';
import {
  finalize,
  type Intercommunicator,
  MpiError,
  PROC_NULL,
  ports,
  ROOT,
  sum,
  world,
} from 'tsmpi';

const [side = '', way = '', ...rest] = process.argv.slice(2);
const { rank, size } = world;
const isServer = side === 'server';
const KEY = 'a key of many characters';
const NETWORK = { key: KEY, address: '127.0.0.1' };

/** Open the port of the service, as the server, and publish it. */
async function open(options = {}): Promise<string | undefined> {
  if (rank !== 0) return undefined;
  const port = await ports.open(options);
  await ports.publish('two jobs', port);
  console.log(`open at ${port}`);
  return port;
}

async function find(): Promise<string | undefined> {
  return rank === 0 ? await ports.lookUp('two jobs', { timeout: 20_000 }) : undefined;
}

async function meet(options = {}, connectOptions = {}): Promise<Intercommunicator> {
  if (isServer) return await world.accept(await open(options));
  return await world.connect(await find(), connectOptions);
}

/** Messages of all sizes in both directions, and collective calls between both groups. */
async function talk(others: Intercommunicator): Promise<void> {
  const { remoteSize } = others;
  const peer = rank % remoteSize;
  const mine = isServer ? 1 : 2;
  if (rank < remoteSize) {
    for (const length of [0, 3, 5_000, 50_000, 700_000]) {
      const sent = others.send(new Float64Array(length).fill(mine + length), peer, { tag: 5 });
      const into = new Float64Array(length);
      const seen = await others.probe(peer, { tag: 5 });
      equal(seen.count, length);
      equal(await others.receive(peer, { tag: 5, into }), into);
      deepStrictEqual(into, new Float64Array(length).fill(3 - mine + length));
      await sent;
    }
    await others.send({ from: rank, text: 'ä'.repeat(rank + 1) }, peer);
    deepStrictEqual(await others.receive(), { from: peer, text: 'ä'.repeat(peer + 1) });
    const matched = others.send(mine, peer, { mode: 'synchronous' });
    equal(await others.receive(peer), 3 - mine);
    await matched;
  }
  equal(await others.allreduce(rank + 1, sum), (remoteSize * (remoteSize + 1)) / 2);
  const root = isServer ? (rank === 0 ? ROOT : PROC_NULL) : 0;
  const heard = await others.broadcast(isServer && rank === 0 ? 'hear' : undefined, { root });
  equal(heard, isServer && rank > 0 ? undefined : 'hear');
  deepStrictEqual(
    await others.allgather(rank * mine),
    Array.from({ length: remoteSize }, (_, other) => other * (3 - mine)),
  );
}

/** Communicators that span both jobs, and what is made of them. */
async function merged(others: Intercommunicator): Promise<void> {
  const all = await others.merge({ high: !isServer });
  equal(all.rank, isServer ? rank : others.remoteSize + rank);
  equal(await all.allreduce(all.rank, sum), (all.size * (all.size - 1)) / 2);
  const copies = await Promise.all([all.duplicate(), all.duplicate(), others.duplicate()]);
  const [one, two, between] = copies;
  const right = (all.rank + 1) % all.size;
  const left = (all.rank + all.size - 1) % all.size;
  const [first, second] = [one.sendReceive(1, right, left), two.sendReceive(2, right, left)];
  deepStrictEqual(await Promise.all([first, second]), [1, 2]);
  equal(await between.allreduce(1, sum), others.remoteSize);
  const half = await all.split(all.rank % 2, -all.rank);
  equal((await half.allgather(all.rank)).length, half.size);
  const grid = await all.cartesian([all.size], { periods: [true] });
  deepStrictEqual(await grid?.neighborAllgather(all.rank), [left, right]);
  const ends = await all.create(all.group.include([all.size - 1, 0]));
  deepStrictEqual(
    await ends?.allgather(all.rank),
    all.rank % (all.size - 1) === 0 ? [all.size - 1, 0] : undefined,
  );
  const few = all.rank < 2 ? await all.createGroup(all.group.include([0, 1])) : undefined;
  await few?.barrier();
  for (const refused of [
    () => all.spawn('offspring.ts'),
    () => all.splitType('shared'),
    () => all.accept('tsmpi:unix:/x'),
    () => all.intercommunicator(0, all, 0),
  ]) {
    await rejects(refused, { code: 'ERR_COMM', message: /merge of world.* spans jobs/ });
  }
  await Promise.all([...copies, half, all].map((each) => each.free()));
}

const WAYS: Record<string, () => Promise<unknown>> = {
  /** All that there is. */
  whole: async () => {
    const network = rest[0] === 'network';
    const others = await meet(network ? NETWORK : {}, network ? { key: KEY } : {});
    await talk(others);
    await merged(others);
    if (rank === 0) console.log('done');
  },

  /** One side sends and leaves at once, the other one looks at it late. */
  leave: async () => {
    const network = rest[0] === 'network';
    const others = await meet(network ? NETWORK : {}, network ? { key: KEY } : {});
    if (!isServer) {
      await others.send(new Uint8Array(30_000).fill(1), rank);
      for (let n = 0; n < 3_000; n += 1) await others.send(n, rank);
      await finalize();
      return;
    }
    if (network) await others.receive(rank);
    const end = performance.now() + 700;
    while (performance.now() < end);
    if (!network) await others.receive(rank);
    for (let n = 0; n < 3_000; n += 1) equal(await others.receive(rank), n);
    await rejects(async () => await others.receive(rank), { code: 'ERR_PROC_FINISHED' });
    if (rank === 0) console.log('all there');
  },

  /** Several clients at the same time. */
  many: async () => {
    if (!isServer) {
      const server = await world.connect(await find());
      await server.send(process.pid, 0);
      equal(await server.receive(0), process.pid + 1);
      return;
    }
    const port = await open();
    const clients = Number(rest[0]);
    const serving = Array.from({ length: clients }, async () => {
      const client = await world.accept(port);
      if (rank === 0) {
        for (let n = 0; n < client.remoteSize; n += 1) {
          const pid = await client.receive<number>(n);
          await client.send(pid + 1, n);
        }
      }
      return client.remoteSize;
    });
    const sizes = await Promise.all(serving);
    if (rank === 0) console.log(`served ${sizes.length}`);
  },

  /** The client is killed, and the server goes on with the next one. */
  survive: async () => {
    if (!isServer) {
      const server = await world.connect(await find());
      await server.send(`hello`, 0);
      if (rest[0] === 'hang') await server.receive(0);
      return;
    }
    const port = await open();
    const first = await world.accept(port);
    if (rank === 0) {
      equal(await first.receive(0), 'hello');
      console.log('heard hello');
    }
    try {
      await first.receive(0);
    } catch (error) {
      console.log(`${(error as MpiError).code}: ${(error as Error).message}`);
    }
    const next = await world.accept(port);
    if (rank === 0) equal(await next.receive(0), 'hello');
    if (rank === 0) console.log('served the next one');
  },

  /** Waits for something that does not come. */
  wait: async () => {
    const others = await meet();
    if (rank === 0) console.log('waits');
    try {
      await others.receive(0);
    } catch (error) {
      console.log(`${(error as MpiError).code}: ${(error as Error).message}`);
    }
  },

  /** Waits at a port, or for a service. */
  alone: async () => {
    if (isServer) await world.accept(await open());
    else if (rest[0] === undefined) await world.connect(await find());
    else await world.connect(rest[0]);
  },

  /** One client comes to a meeting with only half of its group, and is killed over it. */
  half: async () => {
    if (!isServer) {
      const half = rest[0] === 'half';
      if (half && rank > 0) await new Promise(() => setInterval(() => {}, 1000));
      const port = await find();
      console.log('goes there');
      const server = await world.connect(port);
      if (rank === 0) await server.send('whole', 0);
      return;
    }
    const client = await world.accept(await open());
    if (rank === 0) equal(await client.receive(0), 'whole');
    if (rank === 0) console.log('the second one was accepted');
  },

  /** Both part, and each goes on by itself. */
  part: async () => {
    const network = rest[0] === 'network';
    const others = await meet(network ? NETWORK : {}, network ? { key: KEY } : {});
    const all = await others.merge();
    const unread = others.send('nobody reads this', rank % others.remoteSize);
    await all.disconnect();
    equal(await others.allreduce(1, sum), others.remoteSize, 'one communicator is left');
    await unread;
    await others.disconnect();
    await rejects(async () => await others.barrier(), { code: 'ERR_COMM' });
    console.log('apart');
    if (isServer) {
      await world.barrier();
      // The client is killed: nobody here is to be told.
      process.stdin.resume();
      await new Promise((resolve) => process.stdin.on('end', resolve));
      await rejects(async () => await world.receive(rank, { timeout: 50 }), {
        code: 'ERR_TIMEOUT',
      });
      if (rank === 0) console.log('goes on');
    } else {
      await new Promise(() => setInterval(() => {}, 1000));
    }
  },

  /** Children beside another job: no numbers get mixed up. */
  grow: async () => {
    const before = await world.spawn('offspring.ts', { n: 1, args: ['ring'] });
    const ring = async (children: Intercommunicator): Promise<void> => {
      const all = await children.merge();
      await all.sendReceive(
        all.rank,
        (all.rank + 1) % all.size,
        (all.rank + all.size - 1) % all.size,
      );
      for (const length of [1, 10_000, 300_000]) {
        await all.allreduce(new Float64Array(length).fill(all.rank + 1), sum);
      }
    };
    const others = await meet();
    const after = await world.spawn('offspring.ts', { n: 2, args: ['ring'] });
    await Promise.all([ring(before), ring(after)]);
    await talk(others);
    if (rank === 0) console.log('grown');
  },

  /** Mistakes that one job can make by itself. */
  mistakes: async () => {
    const fails = async (
      code: string,
      text: RegExp,
      work: () => Promise<unknown>,
    ): Promise<void> => {
      const error = await work().then(
        () => undefined,
        (reason: unknown) => reason,
      );
      equal((error as MpiError | undefined)?.code, code, String(error));
      match((error as MpiError).message, text);
      equal(error instanceof MpiError, true);
    };
    const port = rank === 0 ? await ports.open() : undefined;
    await fails('ERR_PORT', /'weather' is no port: ports\.open\(\) gives one/, () =>
      world.connect('weather'),
    );
    await fails(
      'ERR_ARG',
      /the port must be a string that ports\.open\(\) gave, not undefined/,
      () => world.connect(undefined),
    );
    await fails('ERR_PORT', /port is one of this very job/, () => world.connect(port));
    await fails('ERR_PORT', /is not open in this process/, () =>
      world.accept('tsmpi:unix:/tmp/2-2-00000000.sock'),
    );
    await fails('ERR_PORT', /nobody listens .*process \d+, which had opened it, has ended/, () =>
      world.connect('tsmpi:unix:/tmp/zzzzzz-2-00000000.sock'),
    );
    await fails(
      'ERR_TIMEOUT',
      /accept\(root 0\) #\d+: nobody has come to port .* within 20 ms/,
      () => world.accept(port, { timeout: 20 }),
    );
    await fails('ERR_ROOT', /root/, () => world.accept(port, { root: size }));
    const name = `mine ${process.pid} ${rank}`;
    await fails('ERR_TIMEOUT', /nobody has published 'mine .*' within 30 ms/, () =>
      ports.lookUp(name, { timeout: 30 }),
    );
    await fails('ERR_NAME', /was not published by this process: nobody has/, () =>
      ports.unpublish(name),
    );
    await fails('ERR_NAME', /the name of a service must be/, () => ports.publish('', port ?? ''));
    await fails('ERR_ARG', /at least 16 characters, not one of 5/, () =>
      ports.open({ key: 'short' }),
    );
    await fails('ERR_ARG', /at least 16 characters, not one of 5/, () =>
      world.connect(port, { key: 'short' }),
    );
    await fails('ERR_ARG', /an address needs a key/, () => ports.open({ address: '127.0.0.1' }));
    await fails('ERR_ARG', /one IP address of this host/, () =>
      ports.open({ key: KEY, address: '0.0.0.0' }),
    );
    await fails('ERR_PORT', /no port can be opened at 192\.0\.2\.1/, () =>
      ports.open({ key: KEY, address: '192.0.2.1' }),
    );
    if (port !== undefined) {
      await ports.publish(name, port);
      await fails('ERR_NAME', /is published already, by this process itself/, () =>
        ports.publish(name, port),
      );
      equal(await ports.lookUp(name), port);
      await ports.unpublish(name);
    }
    const stopped = new AbortController();
    const accepting = world.accept(port, rank === 0 ? { signal: stopped.signal } : {});
    stopped.abort(new Error('enough'));
    await (rank === 0
      ? rejects(async () => await accepting, { message: 'enough' })
      : fails('ERR_CANCELLED', /the root has given it up: enough/, () => accepting));
    const closing = world.accept(port);
    if (port !== undefined) {
      await ports.close(port);
      await fails('ERR_PORT', /is not open in this process/, () => ports.close(port));
    }
    await fails('ERR_PORT', /was closed/, () => closing);
    if (rank === 0) console.log('as they should');
  },
};

await WAYS[way]?.();

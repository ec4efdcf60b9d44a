import { randomBytes } from 'node:crypto';
import test from 'ava';
import { SegmentLayout } from '../../../src/transport/shm/layout.ts';
import type { ForeignMemory } from '../../../src/transport/shm/memory.ts';
import { ShmTransport } from '../../../src/transport/shm/shm.ts';
import { canShareMemory, System } from '../../../src/transport/shm/system.ts';
import { waitingFor } from '../../../src/transport/shm/waiting.ts';
import { Inbox } from '../../helpers/inbox.ts';
import { mapped } from '../../helpers/shm-network.ts';

const here = canShareMemory(process.platform, process.arch) ? test : test.skip;

function pair(t: Parameters<typeof mapped>[0], foreign: ForeignMemory): ShmTransport[] {
  const layout = new SegmentLayout({ members: [0, 1], ringBytes: 4096 });
  const memory = mapped(t, layout.bytes);
  return [0, 1].map((rank) => {
    const waiting = waitingFor('park', { crowded: false, alone: true });
    const options = {
      rank,
      own: { layout, memory },
      waiting,
      foreign,
      folder: '/nowhere',
      openPipe: () => -1,
    };
    const transport = new ShmTransport(options, new Inbox());
    t.teardown(() => transport.close());
    return transport;
  });
}

/** Pull into this, and tell whether it worked once that is known. */
function pulled(
  transport: ShmTransport | undefined,
  address: number,
  room: Uint8Array,
  help?: (address: number) => void,
): Promise<boolean> {
  return new Promise((done) => {
    const landing = { room: () => room };
    transport?.pull(0, address, { bytes: room.length, landing, help, done });
  });
}

here('what one rank exposes another pulls, from the middle of an array too', async (t) => {
  const [a, b] = pair(t, new System().foreignMemory());
  const memory = Uint8Array.from({ length: 200_000 }, (_, n) => n * 7);
  const payload = memory.subarray(1001, 150_001);
  const address = a?.expose(1, payload) ?? 0;
  const into = new Uint8Array(payload.length + 2);
  t.true(await pulled(b, address, into.subarray(1, -1)));
  t.deepEqual(into.subarray(1, -1), payload);
  t.deepEqual([into[0], into.at(-1)], [0, 0]);
});

here('short payloads are not worth it', (t) => {
  const [a] = pair(t, new System().foreignMemory());
  t.is(a?.expose(1, new Uint8Array(1000)), undefined);
  t.not(a?.expose(1, new Uint8Array(2 ** 20)), undefined);
});

here('once the system refuses to read, nothing is tried or exposed any more', async (t) => {
  let reads = 0;
  const read = (): boolean => {
    reads += 1;
    return false;
  };
  const none = (): never => t.fail() as never;
  const [a, b] = pair(t, {
    processId: 1,
    addressOf: () => 1,
    read,
    write: none,
    preferLargePages: none,
  });
  const into = new Uint8Array(50_000);
  t.false(await pulled(b, a?.expose(1, into) ?? 0, into));
  t.false(await pulled(b, 1, into));
  t.is(reads, 1);
  t.is(b?.expose(0, into), undefined);
});

here('memory that is not there is refused, and nothing else happens', async (t) => {
  const [, b] = pair(t, new System().foreignMemory());
  t.false(await pulled(b, 4096, new Uint8Array(20_000)));
});

/** Lengths around the limits between the ways to copy. */
const LENGTHS = [2 ** 16, 2 ** 20, 2 ** 22, 2 ** 24].flatMap((length) => [
  length - 3,
  length,
  length + 5,
]);

/** System calls that go wrong from some call on. */
function failing(calls: 'read' | 'write', from: number): ForeignMemory {
  const real = new System().foreignMemory();
  let left = from;
  return {
    ...real,
    [calls]: (...args: Parameters<ForeignMemory['read']>) => {
      left -= 1;
      return left >= 0 && real[calls](...args);
    },
  };
}

/** Copy one payload, with the help of its sender. */
async function copyTogether(
  [a, b]: ShmTransport[],
  payload: Uint8Array,
  into: Uint8Array,
  delayed: boolean,
): Promise<boolean> {
  const push = (address: number): void => a?.push(1, address, payload);
  const help = delayed ? (address: number) => setImmediate(push, address) : push;
  return await pulled(b, a?.expose(1, payload) ?? 0, into, help);
}

for (const delayed of [false, true]) {
  here(
    `with help ${delayed ? 'that comes late ' : ''}all lengths arrive whole, at odd places`,
    async (t) => {
      const ranks = pair(t, new System().foreignMemory());
      for (const length of LENGTHS) {
        const payload = randomBytes(length + 7).subarray(7);
        const memory = new Uint8Array(length + 4);
        t.true(await copyTogether(ranks, payload, memory.subarray(3, -1), delayed));
        t.is(Buffer.compare(memory.subarray(3, -1), payload), 0);
        t.deepEqual([...memory.subarray(0, 3), memory.at(-1)], [0, 0, 0, 0]);
      }
    },
  );
}

for (const from of [0, 1, 2]) {
  here(
    `a sender that cannot write after ${from} parts leaves the rest to the receiver`,
    async (t) => {
      const ranks = pair(t, failing('write', from));
      const payload = randomBytes(20_000_000);
      for (let time = 0; time < 2; time += 1) {
        const into = new Uint8Array(payload.length);
        t.true(await copyTogether(ranks, payload, into, false));
        t.is(Buffer.compare(into, payload), 0);
      }
    },
  );

  here(`a receiver that cannot read after ${from} parts says so`, async (t) => {
    const [, b] = pair(t, failing('read', from));
    const payload = randomBytes(20_000_000);
    const address = b?.expose(0, payload) ?? 0;
    t.false(await pulled(b, address, new Uint8Array(payload.length)));
  });
}

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
  const layout = new SegmentLayout(2, 4096);
  const memory = mapped(t, layout.bytes);
  return [0, 1].map((rank) => {
    const waiting = waitingFor('park', false);
    const options = {
      rank,
      layout,
      memory,
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

here('what one rank exposes another pulls, from the middle of an array too', (t) => {
  const [a, b] = pair(t, new System().foreignMemory());
  const memory = Uint8Array.from({ length: 200_000 }, (_, n) => n * 7);
  const payload = memory.subarray(1001, 150_001);
  const address = a?.expose(1, payload) ?? 0;
  const into = new Uint8Array(payload.length + 2);
  t.true(b?.pull(0, address, into.subarray(1, -1)));
  t.deepEqual(into.subarray(1, -1), payload);
  t.deepEqual([into[0], into.at(-1)], [0, 0]);
});

here('short payloads are not worth it, and very long ones would hold up their receiver', (t) => {
  const [a] = pair(t, new System().foreignMemory());
  t.is(a?.expose(1, new Uint8Array(1000)), undefined);
  t.is(a?.expose(1, new Uint8Array(64 * 2 ** 20)), undefined);
  t.not(a?.expose(1, new Uint8Array(2 ** 20)), undefined);
});

here('once the system refuses to read, nothing is tried or exposed any more', (t) => {
  let reads = 0;
  const read = (): boolean => {
    reads += 1;
    return false;
  };
  const [a, b] = pair(t, { processId: 1, addressOf: () => 1, read });
  const into = new Uint8Array(100_000);
  t.false(b?.pull(0, a?.expose(1, into) ?? 0, into));
  t.false(b?.pull(0, 1, into));
  t.is(reads, 1);
  t.is(b?.expose(0, into), undefined);
});

here('memory that is not there is refused, and nothing else happens', (t) => {
  const [, b] = pair(t, new System().foreignMemory());
  t.false(b?.pull(0, 4096, new Uint8Array(20_000)));
});

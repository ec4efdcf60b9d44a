import process from 'node:process';
import { setImmediate as turn } from 'node:timers/promises';
import type { CurveKeys } from '../../src/transport/zeromq/curve.ts';
import { ZeromqTransport } from '../../src/transport/zeromq/zeromq.ts';
import { deferred } from '../helpers/deferred.ts';
import { Inbox } from '../helpers/inbox.ts';

/** What a test tells a process that is one rank of a ZeroMQ network. */
export interface PeerStart {
  readonly rank: number;
  readonly size: number;
  /** Socket files lie here, unless there are keys. */
  readonly folder: string;
  readonly keys?: CurveKeys | undefined;
}

/** What the test has it do, one thing after the other. */
export type PeerOrder =
  | { readonly do: 'know'; readonly addresses: readonly string[] }
  /** Bind, without sending or listening. */
  | { readonly do: 'open' }
  | { readonly do: 'listen'; readonly wanted: boolean }
  | { readonly do: 'send'; readonly dest: number; readonly frames: number; readonly bytes: number }
  /** Answer once so many frames are here, with those that were not what they should be. */
  | { readonly do: 'expect'; readonly frames: number; readonly bytes: number }
  /** Send to this rank from now on, without end. */
  | { readonly do: 'flood'; readonly dest: number }
  | { readonly do: 'close' }
  /** Start over with a new transport; not for one with keys, whose address would change. */
  | { readonly do: 'reopen' }
  /** No further order comes: live only as long as the transport needs it. */
  | { readonly do: 'release' }
  | { readonly do: 'exit'; readonly code: number };

/** The answer to an order: it was carried out. */
export interface PeerAnswer {
  readonly address?: string | undefined;
  readonly wrong?: number | undefined;
}

const start = JSON.parse(process.argv[2] ?? '') as PeerStart;
const { rank, size, folder, keys } = start;
const table = deferred<readonly string[]>();
const socketFile = (peer: number): string => `ipc://${folder}/${peer}`;
let inbox = new Inbox();
let transport = open();

process.on('disconnect', () => process.exit(1));
process.on('message', (order: PeerOrder) => void obey(order).then(answer));
answer({ address: keys === undefined ? undefined : transport.address() });

function open(): ZeromqTransport {
  return new ZeromqTransport(
    {
      rank,
      size,
      protection: keys && { keys, encrypt: true },
      bind: keys === undefined ? socketFile(rank) : 'tcp://127.0.0.1:*',
      addressOf: async (peer) =>
        keys === undefined ? socketFile(peer) : ((await table.promise)[peer] ?? ''),
    },
    inbox,
  );
}

function answer(done: PeerAnswer): void {
  process.send?.(done);
}

async function obey(order: PeerOrder): Promise<PeerAnswer> {
  switch (order.do) {
    case 'know':
      table.resolve(order.addresses);
      return {};
    case 'open':
      return { address: transport.address() };
    case 'listen':
      transport.listen(order.wanted);
      return {};
    case 'send':
      // In a turn of its own each is a message of its own.
      for (let n = 0; n < order.frames; n += 1) {
        send(order.dest, n, order.bytes);
        await turn();
      }
      return {};
    case 'expect':
      await inbox.arrived(order.frames);
      return { wrong: wrongFrames(order.bytes) };
    case 'flood':
      flood(order.dest);
      return {};
    case 'close':
      closed = true;
      await transport.close();
      return {};
    case 'reopen':
      inbox = new Inbox();
      transport = open();
      return {};
    case 'release':
      process.channel?.unref();
      return {};
    case 'exit':
      process.exit(order.code);
  }
}

let closed = false;

function flood(dest: number): void {
  for (let n = 0; n < 10; n += 1) send(dest, n, 1000 * n * n);
  // The flood alone does not keep this process alive either.
  if (!closed) setTimeout(flood, 1, dest).unref();
}

function send(dest: number, n: number, bytes: number): void {
  const header = Int32Array.of(n);
  void transport.send(dest, { header, payload: new Uint8Array(bytes).fill(n) });
}

function wrongFrames(bytes: number): number {
  const next = new Array<number>(size).fill(0);
  return inbox.frames.filter(({ source, header, payload }) => {
    const n = next[source] as number;
    next[source] = n + 1;
    const intact = payload.length === bytes && payload.every((byte) => byte === (n & 0xff));
    return header[0] !== n || !intact;
  }).length;
}

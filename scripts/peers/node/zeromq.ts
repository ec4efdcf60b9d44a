/** Messages between Node processes through ZeroMQ, with nothing added: PUSH to PULL over ipc. */

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { deserialize, serialize } from 'node:v8';
import { Pull, Push } from 'zeromq';
import type { Link } from './link.ts';
import { runTests } from './messages.ts';
import { type Options, readOptions } from './options.ts';

function openLink({ rank, ranks }: Options, next: Push, previous: Pull): Link {
  const receiveBytes = async (): Promise<Uint8Array> => {
    const [bytes] = await previous.receive();
    if (bytes === undefined) throw new Error('a message without a part');
    return bytes;
  };
  return {
    rank,
    ranks,
    sendBytes: (bytes) => next.send(bytes),
    receiveBytes,
    send: (value) => next.send(serialize(value)),
    receive: async () => deserialize(await receiveBytes()),
  };
}

async function runRank(options: Options): Promise<void> {
  const { rank, ranks, folder } = options;
  const address = (of: number): string => `ipc://${join(folder, String(of))}`;
  // What has been sent must still leave when the socket closes.
  const next = new Push({ linger: 10_000 });
  const previous = new Pull();
  await previous.bind(address(rank));
  next.connect(address((rank + 1) % ranks));
  await runTests(openLink(options, next, previous), options);
  next.close();
  previous.close();
}

async function runAll(options: Options): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'peers-zeromq-'));
  try {
    const children = Array.from({ length: options.ranks - 1 }, (_, i) => {
      const args = [...process.argv.slice(2), '--rank', String(i + 1), '--folder', folder];
      return fork(fileURLToPath(import.meta.url), args);
    });
    const ends = children.map((child) => once(child, 'exit'));
    await runRank({ ...options, folder });
    await Promise.all(ends);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const options = readOptions();
if (!(options.ranks > 1)) throw new Error(`--ranks ${options.ranks}: give a number from 2`);
await (options.rank === 0 ? runAll(options) : runRank(options));

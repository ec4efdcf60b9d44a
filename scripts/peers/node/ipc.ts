/**
 * Messages between a Node process and its child, through child_process.fork.
 *
 * Children have no channel to one another, so there are two ranks.
 */

import { type ChildProcess, fork, type Serializable } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Link } from './link.ts';
import { runTests } from './messages.ts';
import { readOptions } from './options.ts';

const options = readOptions();
if (options.ranks !== 2) throw new Error(`--ranks ${options.ranks}: a parent and a child are two`);

function openChannel(): ChildProcess | NodeJS.Process {
  if (options.rank > 0) return process;
  const args = [...process.argv.slice(2), '--rank', '1'];
  return fork(fileURLToPath(import.meta.url), args, { serialization: 'advanced' });
}

const channel = openChannel();
const arrived: unknown[] = [];
let waiting: ((value: unknown) => void) | undefined;
channel.on('message', (value: unknown) => {
  if (waiting === undefined) {
    arrived.push(value);
    return;
  }
  const resolve = waiting;
  waiting = undefined;
  resolve(value);
});

function send(value: unknown): undefined {
  // A full channel is no error here: Node queues what does not fit.
  channel.send?.(value as Serializable);
}

function receive(): Promise<unknown> {
  if (arrived.length > 0) return Promise.resolve(arrived.shift());
  return new Promise((resolve) => {
    waiting = resolve;
  });
}

const link: Link = {
  rank: options.rank,
  ranks: options.ranks,
  send,
  receive,
  sendBytes: send,
  receiveBytes: () => receive() as Promise<Uint8Array>,
};
await runTests(link, options);
if (options.rank === 0) channel.disconnect?.();

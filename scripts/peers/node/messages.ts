/** The tests of the benchmark, over whatever links the processes. */

import { text } from 'node:stream/consumers';
import { isDeepStrictEqual } from 'node:util';
import type { Link } from './link.ts';
import { agree, measure } from './measure.ts';
import type { Options } from './options.ts';

const RATE_WINDOW = 64;
const ACK = new Uint8Array(1);

const DICT = { id: 1, name: 'P0', xs: [1, 2, 3] };
const OBJECTS: ReadonlyMap<string, () => unknown> = new Map<string, () => unknown>([
  ['dict', () => DICT],
  [
    'rows',
    () => Array.from({ length: 1000 }, (_, i) => ({ id: i, name: `P${i}`, xs: [i, i + 1, i + 2] })),
  ],
  ['floats', () => Array.from({ length: 1_000_000 }, (_, i) => i + 0.5)],
]);

/** How values of one kind pass the link. */
interface Way<T> {
  readonly send: (value: T) => Promise<void> | undefined;
  readonly receive: () => Promise<T>;
  readonly same: (a: T, b: T) => boolean;
}

/** Run the tests asked for. Latency, bandwidth and rate take two ranks, the ring any number. */
export async function runTests(link: Link, options: Options): Promise<void> {
  const { tests, what } = options;
  if (link.ranks === 2) {
    if (what.has('array')) await testArrays(link, options);
    await testObjects(link, options);
  }
  if (tests.has('ring')) await testRing(link, options);
  if (tests.has('waiting')) await testWaiting(link);
}

async function testArrays(link: Link, { tests, sizes, seconds }: Options): Promise<void> {
  const way: Way<Uint8Array> = {
    send: (bytes) => link.sendBytes(bytes),
    receive: () => link.receiveBytes(),
    same: (a, b) => Buffer.compare(a, b) === 0,
  };
  for (const bytes of tests.has('latency') ? sizes : []) {
    const taken = await timeThereAndBack(link, way, pattern(bytes), seconds);
    show(link, { test: 'latency', what: 'array', bytes, microseconds: (taken / 2) * 1e6 });
  }
  for (const bytes of tests.has('bandwidth') ? sizes : []) {
    if (bytes === 0) continue;
    const window = windowFor(bytes);
    const taken = await timeWindows(link, way, pattern(bytes), window, seconds);
    const megabytesPerSecond = ((window / taken) * bytes) / 1e6;
    show(link, { test: 'bandwidth', what: 'array', bytes, megabytesPerSecond });
  }
  if (tests.has('rate')) {
    const taken = await timeWindows(link, way, pattern(8), RATE_WINDOW, seconds);
    const messagesPerSecond = RATE_WINDOW / taken;
    show(link, { test: 'rate', what: 'array', bytes: 8, messagesPerSecond });
  }
}

async function testObjects(link: Link, { tests, what, seconds }: Options): Promise<void> {
  const way: Way<unknown> = {
    send: (value) => link.send(value),
    receive: () => link.receive(),
    same: isDeepStrictEqual,
  };
  for (const [name, make] of OBJECTS) {
    if (!tests.has('latency') || !what.has(name)) continue;
    const taken = await timeThereAndBack(link, way, make(), seconds);
    show(link, { test: 'latency', what: name, microseconds: (taken / 2) * 1e6 });
  }
  if (tests.has('rate') && what.has('dict')) {
    const taken = await timeWindows(link, way, DICT, RATE_WINDOW, seconds);
    show(link, { test: 'rate', what: 'dict', messagesPerSecond: RATE_WINDOW / taken });
  }
}

async function timeThereAndBack<T>(
  link: Link,
  way: Way<T>,
  value: T,
  seconds: number,
): Promise<number> {
  let last = value;
  const run = async (times: number): Promise<void> => {
    for (let i = 0; i < times; i += 1) {
      if (link.rank === 0) await way.send(value);
      last = await way.receive();
      if (link.rank > 0) await way.send(value);
    }
  };
  const taken = await measure(link, run, seconds);
  check(link, way.same(last, value));
  return taken;
}

async function timeWindows<T>(
  link: Link,
  way: Way<T>,
  value: T,
  window: number,
  seconds: number,
): Promise<number> {
  let last = value;
  const run = async (times: number): Promise<void> => {
    for (let i = 0; i < times; i += 1) {
      if (link.rank === 0) {
        for (let k = 0; k < window; k += 1) await way.send(value);
        await link.receiveBytes();
      } else {
        for (let k = 0; k < window; k += 1) last = await way.receive();
        await link.sendBytes(ACK);
      }
    }
  };
  const taken = await measure(link, run, seconds);
  check(link, way.same(last, value));
  return taken;
}

async function testRing(link: Link, { seconds }: Options): Promise<void> {
  const token = pattern(8);
  let last: Uint8Array = token;
  const run = async (times: number): Promise<void> => {
    for (let i = 0; i < times; i += 1) {
      if (link.rank === 0) await link.sendBytes(token);
      last = await link.receiveBytes();
      if (link.rank > 0) await link.sendBytes(last);
    }
  };
  const taken = await measure(link, run, seconds);
  check(link, Buffer.compare(last, token) === 0);
  const { ranks } = link;
  show(link, { test: 'ring', ranks, microseconds: (taken / ranks) * 1e6 });
}

/** Wait in a receive on all ranks but the first, which reads its input to the end. */
async function testWaiting(link: Link): Promise<void> {
  const { rank } = link;
  if (rank === 0) await text(process.stdin);
  else console.log(JSON.stringify({ test: 'waiting', rank, pid: process.pid }));
  await agree(link);
}

function windowFor(bytes: number): number {
  if (bytes <= 2 ** 20) return 64;
  return bytes <= 16 * 2 ** 20 ? 16 : 4;
}

/** Bytes of which neighbours differ. */
function pattern(bytes: number): Uint8Array {
  const made = new Uint8Array(bytes);
  for (let i = 0; i < bytes; i += 1) made[i] = (i * 31) % 251;
  return made;
}

function check(link: Link, same: boolean): void {
  if (!same) throw new Error(`rank ${link.rank}: what arrived is not what was sent`);
}

function show(link: Link, figure: object): void {
  if (link.rank === 0) console.log(JSON.stringify(figure));
}

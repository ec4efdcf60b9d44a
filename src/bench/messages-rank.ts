/**
 * The ranks of the benchmarks of messages: rank 0 prints what it measured, one JSON object a line.
 *
 * `tsrun -n 2 messages-rank.js --tests latency --sizes 0,8,1024 --what array --seconds 0.3`
 *
 * It uses tsmpi as any program does. Latency is half of a round trip. Bandwidth and rate are those of
 * windows of messages that are under way at once, each window answered by a short message.
 */
import { finalize, world } from 'tsmpi';
import { freshPingPong, intoPingPong, valuePingPong } from './messages/ping-pong.ts';
import { ring } from './messages/ring.ts';
import { makeValue } from './messages/value.ts';
import { arrayWindows, valueWindows, windowOf } from './messages/window.ts';
import { MESSAGE_TESTS, VALUES } from './names.ts';
import { readAsked, report } from './rank-program.ts';

const RATE_BYTES = 8;
const RATE_WINDOW = 64;

const { tests, sizes, whats, seconds } = readAsked(MESSAGE_TESTS);
const { rank, size } = world;

async function latency(): Promise<void> {
  const test = 'latency';
  const oneWay = ['microseconds', (taken: number) => (taken / 2) * 1e6] as const;
  for (const what of whats) {
    if (what !== 'array' && what !== 'fresh-array') continue;
    const pingPong = what === 'array' ? intoPingPong : freshPingPong;
    for (const bytes of sizes) {
      await report({ test, what, bytes }, pingPong(bytes), seconds, oneWay);
    }
  }
  for (const what of VALUES) {
    if (!whats.includes(what)) continue;
    await report({ test, what }, valuePingPong(makeValue(what)), seconds, oneWay);
  }
}

async function bandwidth(): Promise<void> {
  if (!whats.includes('array')) return;
  for (const bytes of sizes) {
    // There is no bandwidth of nothing.
    if (bytes === 0) continue;
    const perWindow = (bytes * windowOf(bytes)) / 1e6;
    await report({ test: 'bandwidth', what: 'array', bytes }, arrayWindows(bytes), seconds, [
      'megabytesPerSecond',
      (taken) => perWindow / taken,
    ]);
  }
}

async function rate(): Promise<void> {
  const test = 'rate';
  const perSecond = ['messagesPerSecond', (taken: number) => RATE_WINDOW / taken] as const;
  if (whats.includes('array')) {
    const subject = { test, what: 'array', bytes: RATE_BYTES } as const;
    await report(subject, arrayWindows(RATE_BYTES), seconds, perSecond);
  }
  if (whats.includes('dict')) {
    const windows = valueWindows(RATE_WINDOW, makeValue('dict'));
    await report({ test, what: 'dict' }, windows, seconds, perSecond);
  }
}

if (tests.some((test) => test !== 'ring') && size < 2) {
  throw new Error('this needs 2 ranks: tsrun -n 2');
}
if (rank < 2) {
  if (tests.includes('latency')) await latency();
  if (tests.includes('bandwidth')) await bandwidth();
  if (tests.includes('rate')) await rate();
}
if (tests.includes('ring')) {
  await report({ test: 'ring', ranks: size }, ring(), seconds, [
    'microseconds',
    (taken) => (taken / size) * 1e6,
  ]);
}
await finalize();

/**
 * The ranks of the benchmarks of messages: rank 0 prints what it measured, one JSON object a line.
 *
 * `tsrun -n 2 messages-rank.js --tests latency --sizes 0,8,1024 --what array --seconds 0.3`
 *
 * It uses tsmpi as any program does. Latency is half of a round trip. Bandwidth and rate are those of
 * windows of messages that are under way at once, each window answered by a short message.
 */
import { parseArgs } from 'node:util';
import { finalize, world } from 'tsmpi';
import { type Exercise, measure } from './messages/pace.ts';
import { freshPingPong, intoPingPong, valuePingPong } from './messages/ping-pong.ts';
import { ring } from './messages/ring.ts';
import { makeValue, type ValueName } from './messages/value.ts';
import { arrayWindows, valueWindows, windowOf } from './messages/window.ts';
import { MESSAGE_TESTS, readNames, readSeconds, readSizes, SIZES, WHATS } from './names.ts';
import type { Subject, Unit } from './reading.ts';

const RATE_BYTES = 8;
const RATE_WINDOW = 64;

const { values } = parseArgs({
  options: {
    tests: { type: 'string', default: MESSAGE_TESTS.join() },
    sizes: { type: 'string', default: SIZES.join() },
    what: { type: 'string', default: WHATS.join() },
    seconds: { type: 'string', default: '0.3' },
  },
});
const tests = readNames('--tests', values.tests, MESSAGE_TESTS);
const sizes = readSizes(values.sizes);
const whats = readNames('--what', values.what, WHATS);
const seconds = readSeconds(values.seconds);
const objects = whats.filter((what): what is ValueName => !what.endsWith('array'));
const { rank, size } = world;

/** Measure one thing and print it; a rank that has no part in it goes on to the next. */
async function report(
  subject: Omit<Subject, 'unit'>,
  exercise: () => Exercise,
  [unit, value]: readonly [unit: Unit, value: (seconds: number) => number],
): Promise<void> {
  const taken = await measure(exercise(), seconds);
  if (rank === 0) console.log(JSON.stringify({ ...subject, [unit]: value(taken) }));
}

async function latency(): Promise<void> {
  const test = 'latency';
  const oneWay = ['microseconds', (taken: number) => (taken / 2) * 1e6] as const;
  for (const what of whats) {
    if (what !== 'array' && what !== 'fresh-array') continue;
    const pingPong = what === 'array' ? intoPingPong : freshPingPong;
    for (const bytes of sizes) await report({ test, what, bytes }, () => pingPong(bytes), oneWay);
  }
  for (const what of objects) {
    await report({ test, what }, () => valuePingPong(makeValue(what)), oneWay);
  }
}

async function bandwidth(): Promise<void> {
  if (!whats.includes('array')) return;
  for (const bytes of sizes) {
    // There is no bandwidth of nothing.
    if (bytes === 0) continue;
    const perWindow = (bytes * windowOf(bytes)) / 1e6;
    await report({ test: 'bandwidth', what: 'array', bytes }, () => arrayWindows(bytes), [
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
    await report(subject, () => arrayWindows(RATE_BYTES), perSecond);
  }
  if (whats.includes('dict')) {
    const windows = (): Exercise => valueWindows(RATE_WINDOW, makeValue('dict'));
    await report({ test, what: 'dict' }, windows, perSecond);
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
  await report({ test: 'ring', ranks: size }, ring, [
    'microseconds',
    (taken) => (taken / size) * 1e6,
  ]);
}
await finalize();

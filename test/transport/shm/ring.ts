import test, { type ExecutionContext } from 'ava';
import { bytesOf } from '../../../src/base/array-kind.ts';
import { type Random, seededRandom } from '../../../src/base/random.ts';
import type { SharedMemory } from '../../../src/transport/shm/memory.ts';
import { RingReader } from '../../../src/transport/shm/ring-reader.ts';
import { RingWriter } from '../../../src/transport/shm/ring-writer.ts';
import { MAX_HEADER_WORDS } from '../../../src/transport/transport.ts';

const CONTROL_BYTES = 1024;
const RING_BYTES = 4096;
const START = CONTROL_BYTES;

/** A ring in ordinary memory, with canaries before and behind it. */
class TestRing {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly end: number;
  readonly writer: RingWriter;
  readonly reader: RingReader;
  readonly got: { header: Int32Array; payload: Uint8Array; given: boolean }[] = [];
  rooms = 0;
  /** Called amid the writing of a payload, as the other process may look at any time. */
  amidWrite: () => void = () => {};

  /** The first words of all headers. */
  readonly firsts: (number | undefined)[] = [];
  /** Whether what comes is kept. */
  keeps = true;

  constructor(ringBytes = RING_BYTES) {
    this.end = START + ringBytes;
    this.bytes = new Uint8Array(this.end + 64);
    const bytes = new Uint8Array(this.bytes.buffer);
    bytes.set = (...args) => {
      this.amidWrite();
      Uint8Array.prototype.set.apply(bytes, args);
    };
    const memory: SharedMemory = {
      bytes,
      words: new Int32Array(this.bytes.buffer),
      plainLoads: process.arch === 'x64',
      sleep: () => {},
      wake: () => {},
      discard: () => {},
      giveWay: () => {},
    };
    this.bytes.fill(0xaa, this.end);
    const place = { memory, control: 0, start: START, bytes: ringBytes };
    this.writer = new RingWriter(place);
    this.reader = new RingReader(
      0,
      place,
      (header, payload) => {
        this.firsts.push(header[0]);
        if (!this.keeps) return;
        const given = payload.length === payload.buffer.byteLength;
        this.got.push({ header: header.slice(), payload: payload.slice(), given });
      },
      () => undefined,
      () => {
        this.rooms += 1;
      },
    );
  }

  readAll(): void {
    while (this.reader.read());
  }

  /** Write a frame whatever its length, reading in between when there is no room. */
  carry(header: Int32Array, payload: Uint8Array): void {
    if (4 * header.length + payload.length <= this.writer.wholeBytes) {
      while (!this.writer.write(header, payload)) this.readAll();
      return;
    }
    const frame = { header, payload, written: -1 };
    while (frame.written < payload.length) {
      if (!this.writer.writeSome(frame)) this.readAll();
    }
  }

  intact(t: ExecutionContext): void {
    t.true(this.bytes.subarray(this.end).every((byte) => byte === 0xaa));
  }
}

function drawn(length: number, random: Random): Uint8Array {
  return Uint8Array.from({ length }, () => Math.floor(random() * 256));
}

for (const seed of [1, 2, 3]) {
  test(`frames of any length around every boundary arrive intact, seed ${seed}`, (t) => {
    const random = seededRandom(seed);
    const ring = new TestRing();
    const sent: { header: Int32Array; payload: Uint8Array }[] = [];
    const { wholeBytes } = ring.writer;
    const near = [0, 8, 64, wholeBytes, RING_BYTES / 2, RING_BYTES, 3 * RING_BYTES];
    for (let n = 0; n < 5000; n += 1) {
      const header = new Int32Array(Math.floor(random() * (MAX_HEADER_WORDS + 1)));
      for (let at = 0; at < header.length; at += 1) header[at] = random() * 2 ** 32;
      const around = near[Math.floor(random() * near.length)] as number;
      const length = Math.max(0, around - 4 * header.length + Math.floor(random() * 19) - 9);
      const payload = drawn(length, random);
      sent.push({ header, payload });
      ring.carry(header, payload);
      if (random() < 0.3) ring.reader.read();
    }
    ring.readAll();
    t.is(ring.got.length, sent.length);
    const wrong = sent.findIndex(({ header, payload }, n) => {
      const got = ring.got[n];
      return (
        Buffer.compare(bytesOf(got?.header ?? new Int32Array(99)), bytesOf(header)) !== 0 ||
        Buffer.compare(got?.payload ?? payload.subarray(1), payload) !== 0
      );
    });
    t.is(wrong, -1);
    ring.intact(t);
  });
}

test('a ring that is full to the last record takes one more only after one was read', (t) => {
  for (let payload = 0; payload < 200; payload += 1) {
    const ring = new TestRing();
    const header = new Int32Array(2).fill(7);
    const bytes = new Uint8Array(payload).fill(9);
    let written = 0;
    while (ring.writer.write(header, bytes)) written += 1;
    t.false(ring.writer.write(header, bytes));
    ring.readAll();
    t.is(ring.got.length, written);
    t.true(ring.writer.write(header, bytes));
    ring.readAll();
    t.is(ring.got.length, written + 1);
    ring.intact(t);
  }
});

test('a reader that has read all never leaves the writer without room, though it publishes late', (t) => {
  const ring = new TestRing();
  const header = new Int32Array(2);
  for (let n = 0; n < 20_000; n += 1) {
    const payload = new Uint8Array((n * 37) % (ring.writer.wholeBytes - 7));
    if (!ring.writer.write(header, payload)) t.fail(`no room for frame ${n}`);
    ring.readAll();
  }
  t.is(ring.got.length, 20_000);
});

test('a writer that wants room is told once the reader has made some', (t) => {
  const ring = new TestRing();
  const header = new Int32Array(2);
  while (ring.writer.write(header, new Uint8Array(100)));
  ring.readAll();
  t.is(ring.rooms, 0);
  while (ring.writer.write(header, new Uint8Array(100)));
  ring.writer.wantRoom();
  t.is(ring.rooms, 0);
  ring.readAll();
  t.is(ring.rooms, 1);
});

test('a long payload is given, a short one lent', (t) => {
  const ring = new TestRing();
  ring.carry(new Int32Array(1), new Uint8Array(10));
  ring.carry(new Int32Array(1), new Uint8Array(10 * RING_BYTES));
  ring.readAll();
  t.deepEqual(
    ring.got.map(({ given }) => given),
    [false, true],
  );
});

test('a reader that looks while a record is written sees nothing of it, wherever it begins', (t) => {
  const ring = new TestRing();
  // What lies where the next record is to begin is left from earlier ones, and never 0.
  const header = new Int32Array(2).fill(-1);
  let sent = 0;
  ring.amidWrite = () => {
    ring.readAll();
    if (ring.got.length !== sent) t.fail(`frame ${sent} was read while it was written`);
  };
  for (let n = 0; n < 5000; n += 1) {
    const payload = new Uint8Array(70 + ((n * 131) % (ring.writer.wholeBytes - 78))).fill(-1);
    if (!ring.writer.write(header, payload)) t.fail(`no room for frame ${n}`);
    sent += 1;
  }
  ring.readAll();
  t.is(ring.got.length, sent);
});

test('a record that ends where the ring ends begins no new round', (t) => {
  const ring = new TestRing();
  const header = new Int32Array(2);
  const quarter = new Uint8Array(ring.writer.wholeBytes - 8);
  for (let n = 0; n < 3; n += 1) t.true(ring.writer.write(header, quarter));
  // The fourth would fill the ring, which needs a word more than there is to show its end.
  t.false(ring.writer.write(header, quarter));
  ring.reader.read();
  // Two quarters and more would be needed if the last one were skipped.
  t.true(ring.writer.write(header, quarter));
  t.true(ring.writer.write(header, new Uint8Array(ring.writer.wholeBytes - 16)));
  t.false(ring.writer.write(header, new Uint8Array(0)));
  ring.readAll();
  t.is(ring.got.length, 5);
});

test('a ring serves on when its positions have come round, after 1 GiB', (t) => {
  const ring = new TestRing(2 ** 20);
  const header = new Int32Array(1);
  const payload = new Uint8Array(ring.writer.wholeBytes - 4);
  ring.keeps = false;
  for (let n = 0; n < 4200; n += 1) {
    header[0] = n;
    payload[n % payload.length] = n;
    // Always full, so that room which is not there would be taken.
    while (!ring.writer.write(header, payload)) ring.reader.read();
  }
  ring.readAll();
  t.deepEqual(
    ring.firsts,
    Array.from({ length: 4200 }, (_, n) => n),
  );
});

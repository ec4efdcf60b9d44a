import test from 'ava';
import fc from 'fast-check';
import { BatchReader, BatchWriter, OWN_PART_BYTES } from '../../../src/transport/zeromq/batch.ts';
import { Inbox } from '../../helpers/inbox.ts';

const NOTHING = new Uint8Array(0);

/** Write frames of these payload sizes, and take all messages. */
function write(sizes: readonly number[], source = 1): Uint8Array[][] {
  const writer = new BatchWriter(source);
  for (const [n, size] of sizes.entries()) {
    writer.add(Int32Array.of(n, -n), new Uint8Array(size).fill(n));
  }
  const messages: Uint8Array[][] = [];
  while (!writer.empty) messages.push(writer.take());
  return messages;
}

function reader(): { readonly inbox: Inbox; readonly read: (parts: Uint8Array[]) => void } {
  const inbox = new Inbox();
  const batches = new BatchReader(4, inbox.onFrame);
  return { inbox, read: (parts) => batches.read(parts) };
}

test('frames of any sizes come out as they went in', (t) => {
  const size = fc.oneof(
    fc.nat(300),
    fc.constantFrom(0, OWN_PART_BYTES - 1, OWN_PART_BYTES, OWN_PART_BYTES + 1, 300_000),
  );
  fc.assert(
    fc.property(fc.array(size, { maxLength: 60 }), (sizes) => {
      const { inbox, read } = reader();
      for (const message of write(sizes)) read(message);
      t.deepEqual(
        inbox.frames.map(({ payload }) => payload.length),
        sizes,
      );
      for (const [n, { source, header, payload }] of inbox.frames.entries()) {
        t.is(source, 1);
        t.deepEqual(header, Int32Array.of(n, -n));
        t.true(payload.every((byte) => byte === n));
      }
    }),
    { numRuns: 60 },
  );
});

test('small frames share a message, and a long payload is a part of its own', (t) => {
  t.deepEqual(
    write([10, 20, OWN_PART_BYTES - 1]).map((parts) => parts.length),
    [1],
  );
  t.deepEqual(
    write([10, OWN_PART_BYTES, 20]).map((parts) => parts.length),
    [2],
  );
});

test('a message that is full takes no further frame, however long one frame is', (t) => {
  const bytesOf = (parts: Uint8Array[]): number =>
    parts.reduce((sum, { length }) => sum + length, 0);
  const flood = write(new Array(20_000).fill(100));
  t.true(flood.length > 4);
  t.true(Math.max(...flood.map(bytesOf)) <= 256 * 1024);
  t.deepEqual(
    write([10, 5_000_000, 10, 5_000_000]).map((parts) => parts.length),
    [1, 2, 1, 2],
  );
});

test('a message that was lost is noticed with the next one', (t) => {
  const messages = write(new Array(10_000).fill(100));
  const { inbox, read } = reader();
  read(messages[0] as Uint8Array[]);
  const before = inbox.frames.length;
  t.throws(() => read(messages[2] as Uint8Array[]), {
    message:
      'messages from rank 1 were lost when its connection broke (number 2 came instead of 1)',
  });
  t.is(inbox.frames.length, before);
});

test('the messages of different ranks are counted apart', (t) => {
  const { inbox, read } = reader();
  for (const source of [0, 1, 2, 3]) for (const message of write([1, 2], source)) read(message);
  t.is(inbox.frames.length, 8);
});

test('every truncation of a message is refused with an error that says so', (t) => {
  const [message = []] = write([0, 40, OWN_PART_BYTES, 3]);
  const [batch = NOTHING, payload = NOTHING] = message;
  const ends: number[] = [];
  for (let length = 0; length < batch.length; length += 1) {
    const { read } = reader();
    try {
      read([batch.slice(0, length), payload]);
      ends.push(length);
    } catch (error) {
      t.regex((error as Error).message, /^a message of another rank is malformed: /);
    }
  }
  // Cut right behind the frame of the long payload or later, it is a message like any other.
  t.deepEqual(ends, [8 + 16 + 56 + 16]);
  for (const parts of [[], [batch], [batch, payload, payload]]) {
    t.throws(() => reader().read(parts), { message: /malformed/ });
  }
});

test('a message that names a rank outside the world is refused', (t) => {
  const [message = []] = write([1], 4);
  t.throws(() => reader().read(message), { message: /it names rank 4 as its sender/ });
});

test('any other bytes are refused or read, and never out of bounds', (t) => {
  const bytes = fc.uint8Array({ maxLength: 200 });
  fc.assert(
    fc.property(fc.array(bytes, { maxLength: 3 }), fc.boolean(), (parts, plausible) => {
      if (plausible) parts[0]?.fill(0, 0, 8);
      const { inbox, read } = reader();
      try {
        read(parts);
      } catch (error) {
        t.regex((error as Error).message, /malformed|were lost/);
      }
      const total = parts.reduce((sum, { length }) => sum + length, 0);
      t.true(inbox.frames.every(({ payload }) => payload.length <= total));
    }),
    { numRuns: 2000 },
  );
});

import test from 'ava';
import fc from 'fast-check';
import {
  MOST_UNDER_WAY_BYTES,
  OWN_PART_BYTES,
  PIECE_BYTES,
  TOLD_BYTES,
} from '../../../src/transport/zeromq/batch.ts';
import { BatchReader } from '../../../src/transport/zeromq/batch-reader.ts';
import { BatchWriter, type Parts } from '../../../src/transport/zeromq/batch-writer.ts';
import { Inbox } from '../../helpers/inbox.ts';

const NOTHING = new Uint8Array(0);
const MOST_PIECES = MOST_UNDER_WAY_BYTES / PIECE_BYTES;
const PIECES_TOLD = TOLD_BYTES / PIECE_BYTES;

/** Write frames of these payload sizes, and take all messages. */
function write(sizes: readonly number[], source = 1): Uint8Array[][] {
  const writer = new BatchWriter(source);
  for (const [n, size] of sizes.entries()) {
    void writer.add(Int32Array.of(n, -n), new Uint8Array(size).fill(n));
  }
  return takeAll(writer);
}

/** A message as it arrives, in memory of its own. */
function received(message: Parts): Uint8Array[] {
  return (Array.isArray(message) ? message : [message]).map((part) => part.slice());
}

/** All messages that may leave, and those that may once the pieces of these are taken. */
function takeAll(writer: BatchWriter): Uint8Array[][] {
  const messages: Uint8Array[][] = [];
  for (;;) {
    const message = writer.take();
    if (message === undefined && !writer.awaitsPeer) return messages;
    if (message === undefined) writer.taken(1);
    else messages.push(received(message));
  }
}

function reader(): { readonly inbox: Inbox; readonly read: (parts: Uint8Array[]) => void } {
  const inbox = new Inbox();
  const batches = new BatchReader(4, {
    onFrame: inbox.onFrame,
    tell: () => {},
    taken: () => {},
  });
  return { inbox, read: (parts) => batches.read(parts) };
}

test('frames of any sizes come out as they went in', (t) => {
  const size = fc.oneof(
    fc.nat(300),
    fc.constantFrom(
      0,
      OWN_PART_BYTES - 1,
      OWN_PART_BYTES,
      OWN_PART_BYTES + 1,
      64 * 1024,
      64 * 1024 + 1,
      300_000,
      PIECE_BYTES + 1,
    ),
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
    write([10, 60_000, 60_000, 60_000, 60_000, 60_000]).map((parts) => parts.length),
    [5, 2],
  );
});

test('a long payload leaves in pieces, of which so many may be under way, and what is told goes before', (t) => {
  const writer = new BatchWriter(1);
  const length = (MOST_PIECES + 2) * PIECE_BYTES + 5;
  void writer.add(Int32Array.of(1), new Uint8Array(length));
  void writer.add(Int32Array.of(2), NOTHING);
  const pieces: number[] = [];
  const takeSome = (): void => {
    for (let parts = writer.take(); parts !== undefined; parts = writer.take()) {
      pieces.push(Array.isArray(parts) ? (parts[1]?.length ?? 0) : -parts.length);
    }
  };
  takeSome();
  t.deepEqual(pieces, new Array(MOST_PIECES).fill(PIECE_BYTES));
  writer.tell(3);
  takeSome();
  t.deepEqual(pieces.splice(MOST_PIECES), [-16]);
  writer.taken(2);
  takeSome();
  t.deepEqual(pieces.splice(MOST_PIECES), [PIECE_BYTES, PIECE_BYTES]);
  writer.taken(1);
  takeSome();
  t.deepEqual(pieces.splice(MOST_PIECES), [5, -20]);
});

test('a long payload may change once the peer has taken its last piece, or is gone', async (t) => {
  const writer = new BatchWriter(1);
  const done: number[] = [];
  const add = (n: number, pieces: number): unknown =>
    writer
      .add(Int32Array.of(n), new Uint8Array(pieces * PIECE_BYTES))
      ?.then(() => void done.push(n));
  void add(1, 1);
  void add(2, 3);
  const left = add(3, 1);
  t.is(writer.add(Int32Array.of(4), new Uint8Array(64 * 1024)), undefined);
  for (let n = 0; n < 5; n += 1) t.truthy(writer.take());
  t.true(writer.awaitsPeer);
  writer.taken(3);
  await Promise.resolve();
  t.deepEqual(done, [1]);
  writer.taken(1);
  await Promise.resolve();
  t.deepEqual(done, [1, 2]);
  writer.forget();
  await left;
  t.deepEqual(done, [1, 2, 3]);
  t.false(writer.awaitsPeer);
});

test('the sender is told of pieces when they are much, and of the rest in the end', (t) => {
  const told: number[] = [];
  const batches = new BatchReader(4, {
    onFrame: () => {},
    tell: (_, pieces) => void told.push(pieces),
    taken: () => {},
  });
  for (const message of write([(2 * PIECES_TOLD - 1) * PIECE_BYTES, 10, PIECE_BYTES, 100_000])) {
    batches.read(message);
  }
  t.deepEqual(told, [PIECES_TOLD, PIECES_TOLD]);
  t.true(batches.tells);
  batches.tellAll();
  t.deepEqual(told, [PIECES_TOLD, PIECES_TOLD, 1]);
  t.false(batches.tells);
});

test('pieces are put where they are to go, as long as that may be', (t) => {
  const bytes = 3 * PIECE_BYTES;
  for (const lasting of [3, 1]) {
    const room = new Uint8Array(bytes);
    let asked = 0;
    const lent: number[] = [];
    const batches = new BatchReader(4, {
      onFrame: (_, header, payload) => {
        t.deepEqual(header, Int32Array.of(0, -0));
        lent.push(payload === room ? bytes : payload.length);
      },
      land: (_source, _header, length) => {
        t.is(length, bytes);
        return {
          room: () => {
            asked += 1;
            return asked <= lasting ? room : undefined;
          },
        };
      },
      tell: () => {},
      taken: () => {},
    });
    const writer = new BatchWriter(1);
    void writer.add(Int32Array.of(0, -0), new Uint8Array(bytes).fill(7));
    for (const message of takeAll(writer)) batches.read(message);
    t.deepEqual(lent, [0]);
    t.is(room.indexOf(0), lasting === 3 ? -1 : PIECE_BYTES);
  }
});

test('what a rank tells comes between the pieces that it sends', (t) => {
  const taken: number[] = [];
  const { inbox } = reader();
  const batches = new BatchReader(4, {
    onFrame: inbox.onFrame,
    tell: () => {},
    taken: (_, pieces) => void taken.push(pieces),
  });
  const writer = new BatchWriter(1);
  void writer.add(Int32Array.of(1), new Uint8Array(2 * PIECE_BYTES).fill(3));
  const read = (): void => {
    batches.read(received(writer.take() ?? []));
  };
  read();
  writer.tell(2);
  read();
  read();
  t.deepEqual(taken, [2]);
  t.is(inbox.frames[0]?.payload.length, 2 * PIECE_BYTES);
});

test('a rank that asks whether all has come is answered, or finds that it has not', (t) => {
  const told: number[] = [];
  const events = {
    onFrame: () => {},
    tell: (_: number, n: number) => void told.push(n),
    taken: () => {},
  };
  const writer = new BatchWriter(1);
  const batches = new BatchReader(4, events);
  const take = (): Uint8Array[] => [writer.take() as Uint8Array];
  writer.mark();
  batches.read(take());
  t.deepEqual(told, [0]);
  writer.tell(0);
  batches.read(take());
  t.deepEqual(told, [0]);
  t.is(writer.take(), undefined);
  void writer.add(Int32Array.of(1), NOTHING);
  take();
  writer.mark();
  t.throws(() => batches.read(take()), { message: /messages from rank 1 were lost/ });
});

test('a piece that is missing, too long or out of place is refused', (t) => {
  const [first = [], second = [], third = []] = write([3 * PIECE_BYTES]);
  const [frame = []] = write([1]);
  const piece = second[1] as Uint8Array;
  const numbered = (message: readonly Uint8Array[], number: number): Uint8Array[] => {
    const [beginning = NOTHING, ...rest] = message;
    const copy = beginning.slice();
    new DataView(copy.buffer).setUint32(4, number, true);
    return [copy, ...rest];
  };
  const wrong: Uint8Array[][][] = [
    [first, [second[0] as Uint8Array, piece.subarray(1)]],
    [first, [second[0] as Uint8Array, piece, piece]],
    [first, numbered(frame, 1)],
    [first, second, third, numbered(third, 3)],
    [numbered(second, 0)],
    [[first[0] as Uint8Array]],
    [[...first, piece]],
    [[first[0] as Uint8Array, piece.subarray(1)]],
  ];
  for (const [n, messages] of wrong.entries()) {
    const { read } = reader();
    t.throws(
      () => {
        for (const message of messages) read(received(message));
      },
      { message: /malformed/ },
      `case ${n}`,
    );
  }
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

test('messages of ranks that are not known yet wait, each rank in its order', (t) => {
  const inbox = new Inbox();
  const told: number[] = [];
  const batches = new BatchReader(1, {
    onFrame: inbox.onFrame,
    tell: (source) => told.push(source),
    taken: () => {},
  });
  const [from1, from2, from0] = [1, 2, 0].map((source) => write([3, 300_000, 5], source));
  for (let at = 0; at < 3; at += 1) {
    for (const messages of [from2, from1, from0]) batches.read(messages?.[at] ?? []);
  }
  t.deepEqual(new Set(inbox.frames.map(({ source }) => source)), new Set([0]));
  t.deepEqual(new Set(told), new Set([0]));
  batches.grow(2);
  t.deepEqual(
    inbox.from(1).map(({ payload }) => payload.length),
    [3, 300_000, 5],
  );
  t.is(inbox.from(2).length, 0);
  batches.grow(3);
  t.deepEqual(
    inbox.from(2).map(({ payload }) => payload.length),
    [3, 300_000, 5],
  );
  t.is(inbox.frames.length, 9);
});

test('a message that names a rank that no job can have is refused', (t) => {
  const [message = []] = write([1], 2 ** 25);
  t.throws(() => reader().read(message), { message: /it names rank 33554432 as its sender/ });
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

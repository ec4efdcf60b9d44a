import { once } from 'node:events';
import { PassThrough } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { setImmediate as turn } from 'node:timers/promises';
import test from 'ava';
import fc from 'fast-check';
import { FrameKind, frameHead } from '../../../src/launch/remote/frame.ts';
import { Mux } from '../../../src/launch/remote/mux.ts';
import { cutter } from '../../helpers/cut.ts';
import { deferred } from '../../helpers/deferred.ts';
import { holds } from '../../helpers/property.ts';

/** One end of a pipe, and what it was told. */
interface End {
  readonly mux: Mux;
  readonly messages: unknown[];
  readonly closed: Promise<Error | undefined>;
  heard: number;
  closings: number;
  /** Resolves once so many messages have come. */
  got(count: number): Promise<void>;
}

interface Pair {
  readonly here: End;
  readonly there: End;
  /** What `here` writes into, and `there` reads. */
  readonly pipe: PassThrough;
  readonly back: PassThrough;
}

function openEnd(input: NodeJS.ReadableStream, output: NodeJS.WritableStream): End {
  const messages: unknown[] = [];
  const closed = deferred<Error | undefined>();
  let onNews = (): void => {};
  const mux = new Mux(input as PassThrough, output as PassThrough, {
    onMessage: (message) => {
      messages.push(message);
      onNews();
    },
    onHeard: () => {
      end.heard += 1;
    },
    onClosed: (error) => {
      end.closings += 1;
      closed.resolve(error);
    },
  });
  const end: End = {
    mux,
    messages,
    closed: closed.promise,
    heard: 0,
    closings: 0,
    got: async (count) => {
      while (messages.length < count) {
        await new Promise<void>((resolve) => {
          onNews = resolve;
        });
      }
    },
  };
  return end;
}

/** Two ends of one pipe, which cuts all that goes through it into such pieces. */
function openPair(lengths: readonly number[] = []): Pair {
  const pipe = new PassThrough();
  const back = new PassThrough();
  const here = openEnd(back.pipe(cutter(lengths)), pipe);
  const there = openEnd(pipe.pipe(cutter(lengths)), back);
  return { here, there, pipe, back };
}

const MiB = 2 ** 20;

test('streams and messages arrive whole and in order, wherever the pipe cuts them', async (t) => {
  const deed = fc.oneof(
    fc.record({ message: fc.jsonValue() }),
    fc.record({
      channel: fc.integer({ min: 0, max: 3 }),
      bytes: fc.integer({ max: 90_000, min: 0 }),
    }),
  );
  const property = fc.asyncProperty(
    fc.record({
      deeds: fc.array(deed, { maxLength: 40 }),
      lengths: fc.array(fc.integer({ min: 40, max: 5_000 }), { maxLength: 5 }),
    }),
    async ({ deeds, lengths }) => {
      const { here, there } = openPair(lengths);
      const sent: unknown[] = [];
      const written = [0, 1, 2, 3].map((): Buffer[] => []);
      const read = written.map((_, channel) => buffer(there.mux.reader(channel)));
      for (const [index, one] of deeds.entries()) {
        if ('message' in one) {
          sent.push({ index, value: one.message });
          here.mux.send({ index, value: one.message });
        } else {
          const bytes = Buffer.alloc(one.bytes, index);
          written[one.channel]?.push(bytes);
          here.mux.writer(one.channel).write(bytes);
        }
      }
      for (const channel of written.keys()) here.mux.writer(channel).end();
      const got = await Promise.all(read);
      await there.got(sent.length);
      return (
        got.every((bytes, channel) => bytes.equals(Buffer.concat(written[channel] ?? []))) &&
        JSON.stringify(there.messages) === JSON.stringify(sent)
      );
    },
  );
  await holds(t, property, 40);
});

test('streams of both directions and of many channels do not mix', async (t) => {
  const { here, there } = openPair([1000, 7]);
  const channels = [1, 2, 3, 2 ** 31, 2 ** 32 - 1];
  const text = (from: string, channel: number): string => `${from}${channel} `.repeat(50_000);
  const ends = [
    ['here', here, there],
    ['there', there, here],
  ] as const;
  const all = ends.flatMap(([name, from, to]) =>
    channels.map(async (channel) => {
      const read = buffer(to.mux.reader(channel));
      from.mux.writer(channel).end(text(name, channel));
      return (await read).toString() === text(name, channel);
    }),
  );
  t.deepEqual(new Set(await Promise.all(all)), new Set([true]));
});

test('of a stream that nobody reads little is under way, and it holds up nothing else', async (t) => {
  const { here, there, pipe } = openPair();
  const input = Buffer.alloc(10 * MiB, 'x');
  let passed = 0;
  pipe.on('data', (chunk: Buffer) => {
    passed += chunk.length;
  });
  const writer = here.mux.writer(1);
  t.false(writer.write(input));
  here.mux.send({ after: 'the stream' });
  here.mux.writer(2).end('another');
  await there.got(1);
  t.is((await buffer(there.mux.reader(2))).toString(), 'another');
  t.true(passed < 160 * 1024, `${passed} bytes have passed`);
  // Also once much of it has been read.
  const reader = there.mux.reader(1);
  let read = 0;
  for await (const chunk of reader.iterator({ destroyOnReturn: false })) {
    read += (chunk as Buffer).length;
    if (read > 4 * MiB) break;
  }
  for (let turns = 0; turns < 200; turns += 1) await turn();
  t.true(passed - read < 260 * 1024, `${passed} bytes have passed, ${read} were read`);
  writer.end();
  t.is(read + (await buffer(reader)).length, input.length);
});

test('a message of a megabyte is one message, and those about it keep their order', async (t) => {
  const { here, there } = openPair([3000]);
  const long = 'é'.repeat(MiB);
  here.mux.send({ first: 1 });
  here.mux.send({ long });
  here.mux.send({ last: 1 });
  await there.got(3);
  t.deepEqual(there.messages, [{ first: 1 }, { long }, { last: 1 }]);
});

test('an end is told once all that was written before it has been read', async (t) => {
  const { here, there } = openPair([11]);
  const empty = buffer(there.mux.reader(5));
  here.mux.writer(5).end();
  t.is((await empty).length, 0);
  here.mux.writer(6).end(Buffer.alloc(MiB));
  t.is((await buffer(there.mux.reader(6))).length, MiB);
});

test('whoever writes what nobody reads any more is told, however full the stream is', async (t) => {
  const { here, there } = openPair();
  const writer = here.mux.writer(1);
  writer.write(Buffer.alloc(MiB));
  here.mux.send({});
  await there.got(1);
  there.mux.reader(1).destroy();
  await once(writer, 'close');
  t.true(writer.destroyed);
  here.mux.send({});
  await there.got(2);
});

test('a stream that has been read to its end is not told as given up', async (t) => {
  const { here, there, back } = openPair();
  let returned = 0;
  back.on('data', (chunk: Buffer) => {
    returned += chunk.length;
  });
  here.mux.writer(1).end('all');
  await buffer(there.mux.reader(1));
  there.mux.send({});
  await here.got(1);
  t.is(returned, 8 + 2);
});

test('at the end of the pipe all streams end, and that is told once', async (t) => {
  const { here, there, pipe } = openPair();
  const read = buffer(there.mux.reader(1));
  const writer = there.mux.writer(2);
  writer.write(Buffer.alloc(MiB));
  here.mux.writer(1).write('last words');
  pipe.end();
  t.is(await there.closed, undefined);
  t.is((await read).toString(), 'last words');
  t.true(writer.destroyed);
  t.is((await buffer(there.mux.reader(3))).length, 0);
  t.true(there.mux.writer(4).destroyed);
  there.mux.close();
  there.mux.send({ too: 'late' });
  await turn();
  t.is(there.closings, 1);
});

test('what breaks the pipe is told with the end', async (t) => {
  const pipe = new PassThrough();
  const end = openEnd(pipe, new PassThrough());
  pipe.destroy(new Error('it broke'));
  t.is((await end.closed)?.message, 'it broke');
});

for (const [what, bytes, message] of [
  ['an unknown kind', frameHead(1, 99 as FrameKind, 0), /kind 99/],
  ['a message that is no JSON', jsonFrame('{"a":'), /JSON/],
  ['text of somebody else', Buffer.from('bash: warning: cannot set locale\n'), /kind|too long/],
] as const) {
  test(`${what} closes the mux with an error, and nothing more is taken in`, async (t) => {
    const pipe = new PassThrough();
    const end = openEnd(pipe, new PassThrough());
    pipe.write(jsonFrame('{"before":1}'));
    pipe.write(bytes);
    pipe.write(jsonFrame('{"after":1}'));
    t.regex((await end.closed)?.message ?? '', message);
    await turn();
    t.deepEqual(end.messages, [{ before: 1 }]);
  });
}

test('whatever comes shows that the other side lives', async (t) => {
  const { here, there } = openPair();
  here.mux.writer(1).write('x');
  here.mux.send({});
  await there.got(1);
  t.true(there.heard > 0);
});

function jsonFrame(text: string): Buffer {
  return Buffer.concat([frameHead(0, FrameKind.MESSAGE, text.length), Buffer.from(text)]);
}

import test from 'ava';
import fc from 'fast-check';
import {
  FrameKind,
  FrameReader,
  frameHead,
  HEAD_BYTES,
  MOST_BODY_BYTES,
} from '../../../src/launch/remote/frame.ts';
import { cutAt } from '../../helpers/cut.ts';
import { holds } from '../../helpers/property.ts';

interface Taken {
  readonly channel: number;
  readonly kind: number;
  readonly length: number;
  readonly body: string;
}

function read(chunks: readonly Buffer[]): Taken[] {
  const taken: Taken[] = [];
  const reader = new FrameReader((channel, kind, length, body) => {
    taken.push({ channel, kind, length, body: body.toString('latin1') });
  });
  for (const chunk of chunks) reader.take(chunk);
  return taken;
}

const FRAME = fc.record({
  channel: fc.integer({ min: 0, max: 2 ** 32 - 1 }),
  kind: fc.constantFrom(...Object.values(FrameKind)),
  body: fc.uint8Array({ maxLength: 40 }),
  credit: fc.integer({ min: 0, max: 2 ** 24 - 1 }),
});

test('frames are read as they were written, wherever the bytes are cut', async (t) => {
  const property = fc.property(
    fc.record({
      frames: fc.array(FRAME, { maxLength: 20 }),
      cuts: fc.array(fc.integer({ min: 1, max: 60 })),
    }),
    ({ frames, cuts }) => {
      const parts = frames.map(({ channel, kind, body, credit }) => {
        const isCredit = kind === FrameKind.CREDIT;
        const head = frameHead(channel, kind, isCredit ? credit : body.length);
        return isCredit ? head : Buffer.concat([head, body]);
      });
      const taken = read(cutAt(Buffer.concat(parts), cuts));
      const written = frames.map(({ channel, kind, body, credit }) =>
        kind === FrameKind.CREDIT
          ? { channel, kind, length: credit, body: '' }
          : { channel, kind, length: body.length, body: Buffer.from(body).toString('latin1') },
      );
      return JSON.stringify(taken) === JSON.stringify(written);
    },
  );
  await holds(t, property, 200);
});

test('the longest body is taken, and one byte more is refused', (t) => {
  const head = frameHead(1, FrameKind.DATA, MOST_BODY_BYTES);
  t.is(read([head, Buffer.alloc(MOST_BODY_BYTES)])[0]?.length, MOST_BODY_BYTES);
  const tooLong = frameHead(1, FrameKind.DATA, MOST_BODY_BYTES + 1);
  t.throws(() => read([tooLong]), { message: 'a frame of 65537 bytes is too long' });
});

test('what is no frame of ours is refused by its head', (t) => {
  t.throws(() => read([Buffer.from('ssh: connect')]), { message: /^there is no frame of kind / });
  t.deepEqual(read([Buffer.from('ssh').subarray(0, HEAD_BYTES)]), []);
});

import test from 'ava';
import fc from 'fast-check';
import { FrameSplitter, frameOf } from '../../src/ports/frames.ts';
import { formatPort, ownerOf, parsePort, socketFile } from '../../src/ports/port-name.ts';
import { encodeName } from '../../src/ports/service-name.ts';
import { holds } from '../helpers/property.ts';

test('the name of a service becomes a part of a file name that leads nowhere else, and no two share one', async (t) => {
  const names = fc.string({ unit: 'binary', maxLength: 20 });
  const property = fc.asyncProperty(names, names, async (one, two) => {
    const [first, second] = [encodeName(one), encodeName(two)];
    if (first === undefined || second === undefined) return one === '' || two === '';
    const same = first.toLowerCase() === second.toLowerCase();
    return /^[a-z0-9_=-]+$/.test(first) && same === (one === two);
  });
  await holds(t, property, 2000);
});

test('names without an encoding, and those that are too long, are refused', (t) => {
  t.is(encodeName('weather-2_b'), 'weather-2_b');
  t.is(encodeName('../x'), '=2e=2e=2fx');
  t.is(encodeName('W'), '=57');
  for (const name of ['', '\ud800', 'x'.repeat(201), 'Ä'.repeat(40)]) {
    t.is(encodeName(name), undefined);
  }
});

test('ports are read as they were written', async (t) => {
  const places = fc.oneof(
    fc.record({
      kind: fc.constant('tcp' as const),
      address: fc.oneof(fc.ipV4(), fc.ipV6()),
      port: fc.integer({ min: 1, max: 65_535 }),
      id: fc.stringMatching(/^[0-9a-f]{16}$/),
    }),
    fc
      .record({
        pid: fc.integer({ min: 1, max: 2 ** 22 }),
        started: fc.oneof(fc.constant(''), fc.nat().map(String)),
      })
      .map((owner) => ({
        kind: 'unix' as const,
        path: `/run/user/1 0/tsmpi/${socketFile(owner, '0123abcd')}`,
        owner,
      })),
  );
  const property = fc.asyncProperty(places, async (place) => {
    return JSON.stringify(parsePort(formatPort(place))) === JSON.stringify(place);
  });
  await holds(t, property, 1000);
});

test('what is no port is not taken for one', async (t) => {
  for (const text of [
    '',
    'weather',
    'tsmpi:unix:',
    'tsmpi:unix:relative/1-1-00000000.sock',
    'tsmpi:unix:/tmp/other.sock',
    'tsmpi:unix:/tmp/1-1-00000000.sock\n',
    'tsmpi:tcp:1.2.3.4:0:0123456789abcdef',
    'tsmpi:tcp:1.2.3.4:70000:0123456789abcdef',
    'tsmpi:tcp:example.org:80:0123456789abcdef',
    'tsmpi:tcp:[1.2.3.4]:80:0123456789abcdef',
    'tsmpi:tcp:1.2.3.4:80:0123',
  ]) {
    t.is(parsePort(text), undefined, text);
  }
  const property = fc.asyncProperty(fc.string(), async (text) => parsePort(text) === undefined);
  await holds(t, property, 500);
  t.is(ownerOf('name-weather'), undefined);
});

test('frames come out as they were put in, however the stream is cut', async (t) => {
  const property = fc.asyncProperty(
    fc.array(fc.uint8Array({ maxLength: 50 })),
    fc.infiniteStream(fc.integer({ min: 1, max: 20 })),
    async (contents, cuts) => {
      const stream = Buffer.concat(contents.map(frameOf));
      const splitter = new FrameSplitter();
      const got: Uint8Array[] = [];
      for (let at = 0; at < stream.length; ) {
        const step = cuts.next().value as number;
        got.push(...splitter.push(stream.subarray(at, at + step)));
        at += step;
      }
      return (
        got.length === contents.length &&
        got.every((one, n) => Buffer.compare(one, contents[n] as Uint8Array) === 0)
      );
    },
  );
  await holds(t, property, 300);
  t.throws(() => new FrameSplitter().push(Buffer.from([0xff, 0, 0, 0])), { message: /too long/ });
});

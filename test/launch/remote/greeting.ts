import { PassThrough } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import test from 'ava';
import fc from 'fast-check';
import { readGreeting } from '../../../src/launch/remote/greeting.ts';
import { cutAt } from '../../helpers/cut.ts';
import { holds } from '../../helpers/property.ts';

for (const [what, before] of [
  ['nothing', ''],
  ['a line', 'Welcome to node1\n'],
  ['a line of Windows', 'Welcome\r\n'],
  ['an empty line', '\n'],
  ['a line that begins as ours does', 'tsmpi-agent 12 is none\n'],
  ['a line that has ours in it', 'echo tsmpi-agent 1 hello\n'],
  ['bytes that are no text', '\u0000\xff\xfe\n'],
] as const) {
  test(`the first line of ours is found behind ${what}, wherever it is cut`, async (t) => {
    const rest = Buffer.from([0, 10, 255, 1]);
    const line = 'tsmpi-agent 1 hello to you\n';
    const bytes = Buffer.concat([Buffer.from(before, 'latin1'), Buffer.from(line), rest]);
    const property = fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 30 }), { maxLength: 4 }),
      async (lengths) => {
        const stream = new PassThrough();
        for (const piece of cutAt(bytes, lengths)) stream.write(piece);
        const greeting = await readGreeting(stream);
        stream.end();
        const left = await buffer(stream);
        return (
          JSON.stringify(greeting) === JSON.stringify({ word: 'hello', text: 'to you' }) &&
          left.equals(rest)
        );
      },
    );
    await holds(t, property, 50);
  });
}

test('a line of ours may end as on Windows, and be one word', async (t) => {
  const stream = new PassThrough();
  stream.write('tsmpi-agent 1 hello\r\n');
  t.deepEqual(await readGreeting(stream), { word: 'hello', text: '' });
});

test('a stream that ends first says so', async (t) => {
  for (const text of ['', 'Welcome\n', 'tsmpi-agent 1 hel']) {
    const stream = new PassThrough();
    stream.end(text);
    t.is(await readGreeting(stream), 'ended');
  }
  const broken = new PassThrough();
  broken.destroy();
  t.is(await readGreeting(broken), 'ended');
});

test('more than a megabyte of something else is noise', async (t) => {
  const stream = new PassThrough();
  const greeting = readGreeting(stream);
  for (let chunk = 0; chunk < 40; chunk += 1) stream.write(Buffer.alloc(32 * 1024, 'x\n'));
  t.is(await greeting, 'noise');
});

import { randomBytes } from 'node:crypto';
import test from 'ava';
import { curveKeyPair } from 'zeromq';
import { decodeZ85, encodeZ85 } from '../../../src/transport/zeromq/z85.ts';

test('bytes are written as the specification has it', (t) => {
  const bytes = Buffer.from('864fd26fb559f75b', 'hex');
  t.is(encodeZ85(bytes), 'HelloWorld');
  t.deepEqual(decodeZ85('HelloWorld'), bytes);
});

test('whatever is written is read back, to the last bit', (t) => {
  for (const bytes of [
    Buffer.alloc(0),
    Buffer.alloc(32),
    Buffer.alloc(32, 255),
    randomBytes(4096),
  ]) {
    t.deepEqual(decodeZ85(encodeZ85(bytes)), bytes);
  }
});

test("ZeroMQ's own keys are read and written back the same", (t) => {
  for (const key of Object.values(curveKeyPair())) t.is(encodeZ85(decodeZ85(key)), key);
});

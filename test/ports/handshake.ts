import test from 'ava';
import fc from 'fast-check';
import { ClientHandshake, ServerHandshake, secretOf } from '../../src/ports/handshake.ts';
import { Seal } from '../../src/ports/seal.ts';
import { holds } from '../helpers/property.ts';

const ID = '0123456789abcdef';

/** A server and a client that have these keys. */
async function meeting(server = 'the key of the port', client = server, id = ID) {
  return {
    server: new ServerHandshake(await secretOf(server, ID), ID),
    client: new ClientHandshake(await secretOf(client, id), id),
  };
}

test('who holds the same key gets the same keys for what follows, new ones each time', async (t) => {
  const seen = new Set<string>();
  for (let round = 0; round < 5; round += 1) {
    const { server, client } = await meeting();
    const answer = client.take(server.hello) as Uint8Array;
    const taken = server.take(answer);
    const keys = client.finish(taken?.proof as Uint8Array);
    t.deepEqual(keys?.outgoing, taken?.keys.incoming);
    t.deepEqual(keys?.incoming, taken?.keys.outgoing);
    t.notDeepEqual(keys?.incoming, keys?.outgoing);
    seen.add(Buffer.from(keys?.outgoing as Uint8Array).toString('hex'));
  }
  t.is(seen.size, 5);
});

test('a client with another key, or that means another port, is not taken', async (t) => {
  for (const { server, client } of [
    await meeting('the key of the port', 'the key of the pork'),
    await meeting('the key of the port', 'the key of the port', 'fedcba9876543210'),
  ]) {
    t.is(server.take(client.take(server.hello) as Uint8Array), undefined);
  }
});

test('a server that only repeats what it has heard is not taken', async (t) => {
  const { server, client } = await meeting();
  const answer = client.take(server.hello) as Uint8Array;
  t.is(client.finish(answer.subarray(32)), undefined);
  t.is(client.finish(new Uint8Array(32)), undefined);
});

test('what was said in one meeting proves nothing in another', async (t) => {
  const one = await meeting();
  const answer = one.client.take(one.server.hello) as Uint8Array;
  const two = await meeting();
  t.is(two.server.take(answer), undefined);
});

test('one changed bit in what either says is noticed', async (t) => {
  const { server, client } = await meeting();
  const answer = client.take(server.hello) as Uint8Array;
  const property = fc.asyncProperty(fc.nat(64 * 8 - 1), async (bit) => {
    const changed = Buffer.from(answer);
    changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7));
    return server.take(changed) === undefined;
  });
  await holds(t, property, 200);
  t.is(client.take(Buffer.from('HTTP/1.1 400 Bad Request\r\n'.padEnd(40))), undefined);
});

test('public keys that make nothing secret are refused', async (t) => {
  const secret = await secretOf('the key of the port', ID);
  // Whoever holds the key could choose such a one.
  const { createHmac } = await import('node:crypto');
  const server = new ServerHandshake(secret, ID);
  const low = new Uint8Array(32);
  const proof = createHmac('sha256', secret)
    .update(`tsmpi port client ${ID} `)
    .update(server.hello.subarray(8))
    .update(low)
    .digest();
  t.is(server.take(Buffer.concat([low, proof])), undefined);
});

/** Both ends of a sealed connection. */
function sealed(): [Seal, Seal] {
  const [one, two] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
  return [new Seal({ outgoing: one, incoming: two }), new Seal({ outgoing: two, incoming: one })];
}

test('sealed frames are opened in their order, and neither changed ones nor repeated or left out ones', async (t) => {
  const property = fc.asyncProperty(
    fc.array(fc.uint8Array({ maxLength: 40 }), { minLength: 2 }),
    fc.nat(),
    async (contents, at) => {
      const [here, there] = sealed();
      const frames = contents.map((content) => here.seal(content));
      const opened = frames.map((frame) => there.open(frame));
      const equal = opened.every((one, n) => Buffer.compare(one, contents[n] as Uint8Array) === 0);
      const tampered = Buffer.from(frames[0] as Uint8Array);
      tampered[at % tampered.length] = (tampered[at % tampered.length] as number) ^ 1;
      const refuses = (open: () => unknown): boolean => {
        try {
          open();
          return false;
        } catch {
          return true;
        }
      };
      return (
        equal &&
        refuses(() => sealed()[1].open(tampered)) &&
        refuses(() => sealed()[1].open(frames[1] as Uint8Array)) &&
        refuses(() => there.open(frames[0] as Uint8Array)) &&
        refuses(() => sealed()[0].open(frames[0] as Uint8Array)) &&
        refuses(() => sealed()[1].open(new Uint8Array(5)))
      );
    },
  );
  await holds(t, property, 200);
});

import test from 'ava';
import { curveKeyPair, Reply, Request } from 'zeromq';
import type { CurveKeys } from '../../../src/transport/zeromq/curve.ts';
import { makeKeys } from '../../../src/transport/zeromq/keys.ts';

/** Ask a server that has these keys, as a client that has those. */
async function ask(server: CurveKeys, client: CurveKeys): Promise<string> {
  const reply = new Reply({ curveServer: true, curveSecretKey: server.secretKey, linger: 0 });
  const request = new Request({
    curveServerKey: server.publicKey,
    curvePublicKey: client.publicKey,
    curveSecretKey: client.secretKey,
    linger: 0,
    receiveTimeout: 10_000,
  });
  try {
    await reply.bind('tcp://127.0.0.1:*');
    request.connect(reply.lastEndpoint ?? '');
    const answering = reply.receive().then(([text]) => reply.send(`${text} is heard`));
    await request.send('a word');
    const [answer] = await request.receive();
    await answering;
    return String(answer);
  } finally {
    reply.close();
    request.close();
  }
}

test('the keys of a job are keys of CURVE: ZeroMQ connects with them', async (t) => {
  // A key whose first byte is 0 or whose last bits are set would not show in one pair alone.
  for (let pair = 0; pair < 5; pair += 1) {
    const keys = makeKeys();
    t.is(await ask(keys, keys), 'a word is heard');
  }
});

test("they go together with ZeroMQ's own, on either side", async (t) => {
  t.is(await ask(makeKeys(), curveKeyPair()), 'a word is heard');
  t.is(await ask(curveKeyPair(), makeKeys()), 'a word is heard');
});

test('they are 40 characters of Z85 each, and never the same', (t) => {
  const keys = Array.from({ length: 100 }, makeKeys).flatMap((pair) => Object.values(pair));
  for (const key of keys) t.regex(key, /^[0-9a-zA-Z.\-:+=^!/*?&<>()[\]{}@%$#]{40}$/);
  t.is(new Set(keys).size, 200);
});

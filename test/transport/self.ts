import test from 'ava';
import { SelfTransport } from '../../src/transport/self.ts';

/** A rank that sends to itself, and what arrived there. */
function loop(onFrame: (text: string) => void = () => {}) {
  const arrived: string[] = [];
  const transport = new SelfTransport(2, {
    onFrame: (source, header, payload) => {
      const text = `${source}:${header}:${payload}`;
      arrived.push(text);
      onFrame(text);
    },
    onBroken: () => {},
  });
  const send = (header: number, payload: Uint8Array = Uint8Array.of(9)) =>
    transport.send(2, { header: Uint8Array.of(header), payload });
  return { transport, arrived, send };
}

test('it reaches itself and nobody else', (t) => {
  const { transport } = loop();
  t.true(transport.reach(2));
  t.false(transport.reach(1));
});

test('frames arrive after send has returned, in their order, each once', async (t) => {
  const { arrived, send } = loop();
  for (let at = 0; at < 5; at += 1) t.is(send(at), undefined);
  t.deepEqual(arrived, []);
  await Promise.resolve();
  t.deepEqual(arrived, ['2:0:9', '2:1:9', '2:2:9', '2:3:9', '2:4:9']);
});

test('header and payload are free as soon as send returns', async (t) => {
  const { arrived, transport } = loop();
  const frame = { header: Uint8Array.of(1), payload: Uint8Array.of(2) };
  transport.send(2, frame);
  frame.header[0] = 7;
  frame.payload[0] = 7;
  await Promise.resolve();
  t.deepEqual(arrived, ['2:1:2']);
});

test('a frame that is sent while another arrives does not arrive within it', async (t) => {
  let depth = 0;
  let deepest = 0;
  const { arrived, send } = loop((text) => {
    depth += 1;
    deepest = Math.max(deepest, depth);
    if (text === '2:0:9') {
      send(1);
      send(2);
    }
    depth -= 1;
  });
  send(0);
  await Promise.resolve();
  t.deepEqual(arrived, ['2:0:9', '2:1:9', '2:2:9']);
  t.is(deepest, 1);
});

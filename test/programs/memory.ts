import test from 'ava';
import { Run } from '../helpers/run.ts';

/** What may pile up, and the window of one peer: MiB. */
const LIMIT = 64 + 16;

test('messages that nobody receives make their sender wait, and neither side grow without bound', async (t) => {
  const run = await Run.tsrun(t, ['-n', '2', 'pile.ts']);
  const [, sent, sender] = await run.told(
    /rank 0 waits after (\d+) messages and has grown by (\d+) MiB/,
  );
  const [, receiver] = await run.told(/rank 1 has grown by (\d+) MiB/);
  t.is((await run.ended).code, 0);
  // Each message is 1 KiB and its envelope.
  t.true(Number(sent) > 10_000 && Number(sent) <= 16_384, `sent ${sent}`);
  t.true(Number(sender) < LIMIT, `the sender grew by ${sender} MiB`);
  t.true(Number(receiver) < LIMIT, `the receiver grew by ${receiver} MiB`);
  t.regex(run.stdout, /rank 1 has all/);
});

import test from 'ava';
import { lineOf, plain, tsrun } from '../helpers/run.ts';

const at = (text: string): string => lineOf('unmatched.ts', text);

/** All that is left, each with its line, in the order in which it is found. */
const REPORT = [
  'tsrun: --check: rank 1 (#) has left messages that it never received and receives for which nothing came:',
  `  message from rank 0, tag 8 in freed  sent at ${at('freed.send')}`,
  `  3 messages from rank 0, tag 5  sent at ${at('world.send(n, 1')}`,
  `  message from rank 0, tag 6  sent at ${at("send('late'")}`,
  `  message from rank 0, tag 7 in pair  sent at ${at('pair.send')}`,
  `  receive from 0, tag 20  posted at ${at('tag: 20')}`,
  `  2 receives from 0, tag 21  posted at ${at('tag: 21')}`,
  '  MPI calls this erroneous: before finalize every message is to be received, and every receive complete or cancelled (MPI-4.1 §11.2.2)',
];

for (const transport of ['shm', 'zeromq', 'zeromq-tcp']) {
  test(`--check tells what is left unmatched, and where it came from, over ${transport}`, async (t) => {
    const args = ['-n', '2', '--check', '--transport', transport, 'unmatched.ts'];
    const { code, stderr } = await tsrun(t, args);
    t.is(code, 0);
    const lines = plain(stderr.replace(/^(tsrun: --check: rank \d+) \(.*?\)/gm, '$1 (#)'));
    t.deepEqual(lines, REPORT);
  });
}

for (const options of [[], ['--check', '--quiet']]) {
  test(`what is left unmatched is not told with ${options.join(' ') || 'no --check'}`, async (t) => {
    t.like(await tsrun(t, ['-n', '2', ...options, 'unmatched.ts']), { code: 0, stderr: '' });
  });
}

test('ranks that leave nothing are not told of, nor is what pools and the messages of children leave', async (t) => {
  for (const args of [
    ['-n', '2', '--check', 'pool.ts', 'unclosed'],
    ['-n', '1', '--check', 'pool.ts', 'unclosed', '2'],
    ['-n', '2', '--check', 'pool.ts', 'terminate'],
    ['-n', '3', '--check', 'ring.ts'],
  ]) {
    t.like(await tsrun(t, args), { code: 0, stderr: '' });
  }
});

import test from 'ava';
import { lineOf, plain, tsrun } from '../helpers/run.ts';

const line = (text: string): string => lineOf('mismatch.ts', text);

const RULE = 'all ranks must make the same collective calls, in the same order';

test('a rank in another collective call learns who is in which, at its own line', async (t) => {
  const { code, stderr } = await tsrun(t, ['-n', '2', 'mismatch.ts', 'operation']);
  t.is(code, 1);
  t.is(
    plain(stderr)[0],
    `tsrun: rank 1 failed: MpiError [ERR_MISMATCH]: rank 1: barrier #2 at ${line('else await')}: rank 0 is in broadcast(root 0) #2; ${RULE}`,
  );
});

test('--check names the lines of both', async (t) => {
  const { code, stderr } = await tsrun(t, ['-n', '2', '--check', 'mismatch.ts', 'operation']);
  t.is(code, 1);
  const both = [
    `rank 0: broadcast(root 0) #2 at ${line('rank === 0')}: rank 1 is in barrier #2 at ${line('else await')}; ${RULE}`,
    `rank 1: barrier #2 at ${line('else await')}: rank 0 is in broadcast(root 0) #2 at ${line('rank === 0')}; ${RULE}`,
  ];
  const found = both.filter((text) => plain(stderr)[0]?.endsWith(`[ERR_MISMATCH]: ${text}`));
  t.is(found.length, 1, stderr);
});

test('ranks that disagree on the root learn of it, though no message of theirs meets', async (t) => {
  const { code, stderr } = await tsrun(t, ['-n', '2', 'mismatch.ts', 'root']);
  t.is(code, 1);
  t.regex(
    stderr,
    /rank 1 is in broadcast\(root 1\) #2, but here broadcast\(root 0\) #2 is over|rank 0 is in broadcast\(root 0\) #2, but here broadcast\(root 1\) #2 is over/,
  );
});

test('with --check they learn of it in the call, with the lines of both', async (t) => {
  const { code, stderr } = await tsrun(t, ['-n', '3', '--check', 'mismatch.ts', 'root']);
  t.is(code, 1);
  const place = line('return await');
  const text = plain(stderr).join('\n');
  t.true(text.includes(`rank 1 is in broadcast(root 1) #2 at ${place}`), stderr);
});

test('a collective call that one rank never makes fails in the others, at their line', async (t) => {
  const { code, stderr } = await tsrun(t, ['-n', '2', 'mismatch.ts', 'missing']);
  t.is(code, 1);
  const [first = '', at = ''] = plain(stderr);
  t.regex(
    first,
    /rank 0 failed: MpiError \[ERR_PROC_FINISHED\]: rank 0: barrier #2: rank 1 has finished/,
  );
  t.true(at.includes(line("'missing'")), stderr);
});

test('a report shows a collective call as one wait, with the ranks in it together', async (t) => {
  const asked = ['--deadlock', 'ignore', '--timeout', '3'];
  const { code, stderr } = await tsrun(t, ['-n', '4', ...asked, 'mismatch.ts', 'late']);
  t.is(code, 124);
  t.deepEqual(plain(stderr).slice(2), [
    `  ranks 0, 2-3  waits # s  barrier #2  ${line('  await world.barrier();')}`,
    `  rank 1  waits # s  receive from 0, tag 5  ${line('tag: 5')}; rank 0 has called barrier #2, and this rank has not: all ranks must`,
  ]);
});

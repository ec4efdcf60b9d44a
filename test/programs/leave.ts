import test from 'ava';
import { lineOf, plain, tsrun } from '../helpers/run.ts';

const COLLECT = `${lineOf('leave.ts', 'return await')} in collect`;
const WAITING = `${COLLECT} ← ${lineOf('leave.ts', 'await collected')}`;

test('a rank that exits while others wait for it is named, with the lines that wait', async (t) => {
  const { code, stderr } = await tsrun(t, ['-n', '3', 'leave.ts', 'exit']);
  t.is(code, 1);
  t.deepEqual(plain(stderr), [
    'tsrun: rank 0 exited without finalize while others still needed it',
    '  put await finalize() before process.exit(), or let the program end by itself',
    'tsrun: where the others were when rank 0 exited:',
    `  ranks 1-2  waits # s  receive from 0, tag 7  ${WAITING}`,
    `tsrun: ranks 1-2 needed rank 0 and failed at ${WAITING}`,
  ]);
});

test('a rank whose program ends while others wait for it is named, with the lines that wait', async (t) => {
  const { code, stderr } = await tsrun(t, ['-n', '3', 'leave.ts', 'end']);
  t.is(code, 1);
  const [failure = '', ...rest] = plain(stderr);
  t.regex(
    failure,
    /^tsrun: rank ([12]) failed: MpiError \[ERR_PROC_FINISHED\]: rank \1: receive from 0, tag 7: rank 0 has finished \(/,
  );
  t.is(rest[0], `  at async collect (${lineOf('leave.ts', 'return await')})`);
  t.is(rest[1], `  at async <anonymous> (${lineOf('leave.ts', 'await collected')})`);
  t.is(rest.length, 3);
});

test('a top-level await that never settles is reported, with exit code 13', async (t) => {
  const { code, stderr } = await tsrun(t, ['-n', '1', 'finalize.ts', 'unsettled']);
  t.is(code, 13);
  t.deepEqual(plain(stderr), [
    'tsrun: rank 0 failed: the top-level await of the program never finished, and nothing was under way that could finish it',
  ]);
});

test('a program that ends finalizes: what it sent arrives', async (t) => {
  const end = await tsrun(t, ['-n', '2', 'finalize.ts', 'implicit']);
  t.like(end, { code: 0, stdout: '1000000\n', stderr: '' });
});

test('finalize may be called again', async (t) => {
  const end = await tsrun(t, ['-n', '2', 'finalize.ts', 'twice']);
  t.like(end, { code: 0, stdout: 'finalized\nfinalized\n', stderr: '' });
});

test('process.exit after finalize ends well', async (t) => {
  const end = await tsrun(t, ['-n', '3', 'finalize.ts', 'exit']);
  t.like(end, { code: 0, stdout: '', stderr: '' });
});

for (const size of [1, 2]) {
  test(`a call after finalize is an error that names the line, ${size} ranks`, async (t) => {
    const { code, stderr } = await tsrun(t, ['-n', `${size}`, 'finalize.ts', 'use']);
    t.is(code, 1);
    const [failure = '', frame] = plain(stderr);
    t.regex(
      failure,
      /^tsrun: rank (\d) failed: MpiError \[ERR_FINALIZED\]: rank \1: send to 0, tag 0: called after finalize\(\)$/,
    );
    t.is(frame, `  at <anonymous> (${lineOf('finalize.ts', 'too late')})`);
  });
}

import test from 'ava';
import { tsrun } from '../helpers/run.ts';

test('mistakes in calls are told with who, which call, the values and the remedy', async (t) => {
  const { code, stdout, stderr } = await tsrun(t, ['-n', '2', 'mistake.ts']);
  t.is(stderr, '');
  t.is(code, 0);
  t.deepEqual(stdout.trimEnd().split('\n'), [
    'ERR_RANK rank 0: send: dest 2 is out of range: this communicator has ranks 0 to 1; legal are these or PROC_NULL; the last rank is size - 1',
    'ERR_RANK rank 0: receive: source -7 is out of range: this communicator has ranks 0 to 1; legal are these, ANY_SOURCE or PROC_NULL',
    'ERR_TAG rank 0: send: tag -5 is not an integer from 0 to 2147483647',
    'ERR_TYPE rank 0: send to 1, tag 0: value.jobs[1].callback is a function and cannot be sent; send data, or the name of an exported function',
    'ERR_TRUNCATE rank 0: receive from 1, tag 1: the message is Float64Array(20), but into is Float64Array(10) and too short; probe() first and size it by status.count, or receive without into',
    'ERR_TRUNCATE rank 0: receive from 1, tag 2: the message is Float64Array(20000), but into is Float64Array(10) and too short; probe() first and size it by status.count, or receive without into',
    'ERR_BUFFER rank 0: receive from 1, tag 3: into overlaps the array of another pending receive; give each its own, or await the first',
    '1,1,1,1,1,1,1,1,1,1',
  ]);
});

test('keys that are special to JavaScript are plain keys to a message', async (t) => {
  const { code, stdout, stderr } = await tsrun(t, ['-n', '2', 'keys.ts']);
  t.is(stderr, '');
  t.is(code, 0);
  t.deepEqual(stdout.trimEnd().split('\n').sort(), [
    'rank 0: send to 1, tag 0: value.then is a function and cannot be sent; send data, or the name of an exported function',
    'true false false',
  ]);
});

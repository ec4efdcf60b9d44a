import { inspect } from 'node:util';
import test from 'ava';
import { assert, MpiError } from '../../src/base/error.ts';

test('an MpiError has a code, and shows only what is known', (t) => {
  const bare = new MpiError('ERR_TAG', 'wrong');
  t.true(bare instanceof Error);
  t.is(bare.name, 'MpiError');
  t.is(bare.code, 'ERR_TAG');
  t.false('rank' in bare || 'peer' in bare || 'cause' in bare);
  const cause = new Error('why');
  const full = new MpiError('ERR_PROC_FAILED', 'lost', { rank: 0, peer: 0, cause });
  t.like(full, { rank: 0, peer: 0, cause });
  t.regex(inspect(bare), /^MpiError: wrong\n/);
});

test('a failed assertion blames the library', (t) => {
  t.notThrows(() => assert(1, 'fine'));
  t.throws(() => assert(0, 'the queue is lost'), {
    message: 'tsmpi is at fault, please report it: the queue is lost',
  });
});

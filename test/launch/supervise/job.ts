import test from 'ava';
import type { Wait } from '../../../src/control/message.ts';
import { Stage } from '../../helpers/job-stage.ts';

const waitFor = (rank: number): Wait => ({
  kind: 'receive',
  call: `receive from ${rank}, tag any`,
  waitsFor: [rank],
  sinceMs: 1500,
  stack: ['    at async file:///p/main.ts:3:1'],
});

test('a job in which every rank finalizes and ends with 0 exits with 0 and says nothing', (t) => {
  const stage = new Stage({ size: 2 }).join().finalize(0, 1).end(0, 0).end(1, 0);
  t.is(stage.exit?.code, 0);
  t.is(stage.text, '');
  t.true(stage.quiet);
});

test('addresses are sent to all once the last rank has joined', (t) => {
  const stage = new Stage({ size: 2 }).say(0, { kind: 'joined', address: 'a' });
  t.deepEqual(stage.told(0), []);
  stage.say(1, { kind: 'joined', address: 'b' });
  const table = { kind: 'addresses', addresses: ['a', 'b'] };
  t.deepEqual([stage.told(0), stage.told(1)], [[table], [table]]);
});

test('a rank that ended before it joined has no address, and nobody waits for it', (t) => {
  const stage = new Stage({ size: 2 }).say(0, { kind: 'joined', address: 'a' }).end(1, 0);
  t.deepEqual(stage.told(0), [
    { kind: 'lost', rank: 1, reason: 'rank 1 ended without using tsmpi' },
    { kind: 'addresses', addresses: ['a', ''] },
  ]);
});

test('no addresses are sent where no rank has one', (t) => {
  const stage = new Stage().join();
  t.deepEqual(stage.told(0), []);
});

test('ranks that go on hear who is finalizing, and all that it is over once all are', (t) => {
  const stage = new Stage({ size: 2 }).join().finalize(0);
  t.deepEqual(stage.told(1), [{ kind: 'finalizing', rank: 0, framesSent: [0] }]);
  t.deepEqual(stage.told(0), []);
  stage.finalize(1);
  t.deepEqual(stage.told(0), [{ kind: 'finalized' }]);
});

test('a rank that joins late hears what it missed', (t) => {
  const stage = new Stage({ size: 3 }).join(0, 1).finalize(0).end(1, 0);
  t.deepEqual(stage.told(2), []);
  stage.join(2);
  t.deepEqual(stage.told(2), [
    { kind: 'finalizing', rank: 0, framesSent: [0] },
    { kind: 'lost', rank: 1, reason: 'rank 1 exited without finalize' },
  ]);
});

test('programs that do not use tsmpi are told nothing and succeed', (t) => {
  const stage = new Stage({ size: 3 }).end(0, 0).pass(5000).end(1, 0).end(2, 0);
  t.deepEqual(stage.sent, []);
  t.is(stage.exit?.code, 0);
});

test('a rank that never joins counts as finalized once it has ended', (t) => {
  const stage = new Stage({ size: 2 }).join(0).finalize(0).end(1, 0);
  t.deepEqual(stage.told(0).at(-1), { kind: 'finalized' });
  t.is(stage.end(0, 0).exit?.code, 0);
});

test('an uncaught error tells the others at once, and ends them step by step', (t) => {
  const stage = new Stage({ size: 3 }).join();
  stage.stubborn.add(0);
  stage.fail(2, 'TypeError: cells[i] is undefined').end(2, 1);
  t.deepEqual(stage.told(0), [
    { kind: 'lost', rank: 2, reason: 'rank 2 failed: TypeError: cells[i] is undefined' },
    { kind: 'ending', rank: 2, reason: 'rank 2 failed: TypeError: cells[i] is undefined' },
  ]);
  stage.pass(1000);
  t.deepEqual(stage.killed, ['500 SIGTERM 0', '500 SIGTERM 1', '750 SIGKILL 0']);
  t.deepEqual(stage.exit, { code: 1, at: 760 });
  t.is(
    stage.text,
    [
      'tsrun: rank 2 (here) failed: TypeError: cells[i] is undefined',
      '      at main.ts:1:1',
      'tsrun: ranks 0-1 were stopped because rank 2 failed; exit code 1',
    ].join('\n'),
  );
  t.true(stage.quiet);
});

test('--grace is the time between SIGTERM and SIGKILL after a failure', (t) => {
  const stage = new Stage({ graceSeconds: 3 }).join();
  stage.stubborn.add(1);
  stage.fail(0, 'Error: x').end(0, 1).pass(5000);
  t.deepEqual(stage.killed, ['500 SIGTERM 1', '3500 SIGKILL 1']);
});

test('the report waits for the rank to end, but not for ever', (t) => {
  const stage = new Stage().join().fail(0, 'Error: x');
  t.is(stage.text, '');
  stage.pass(200);
  t.regex(stage.text, /^tsrun: rank 0 \(here\) failed: Error: x/);
});

test('the first failure in time decides the exit code', (t) => {
  const stage = new Stage({ size: 3 }).join().end(2, 3).end(0, 9).end(1, 4);
  t.is(stage.exit?.code, 3);
});

for (const [how, code] of [
  [1, 1],
  [255, 255],
  ['SIGKILL', 137],
  ['SIGSEGV', 139],
  ['SIGABRT', 134],
] as const) {
  test(`a rank that ends with ${how} makes exit code ${code}, joined or not`, (t) => {
    t.is(new Stage({ size: 1 }).end(0, how).exit?.code, code);
    t.is(new Stage({ size: 1 }).join().finalize(0).end(0, how).exit?.code, code);
  });
}

test('the exit code that a rank announces is clamped, whatever the system made of it', (t) => {
  const failure = { text: '', summary: 'Error: x' };
  const stage = new Stage({ size: 1 }).say(0, { kind: 'failed', failure, exitCode: 256 });
  t.is(stage.end(0, 0).exit?.code, 255);
});

test('who waited for a rank that died is told, as of before they heard of it', (t) => {
  const stage = new Stage({ size: 4 }).join().end(1, 'SIGKILL');
  t.deepEqual(
    stage.sent.filter(({ rank }) => rank === 0).map(({ message }) => message.kind),
    ['where', 'lost', 'ending'],
  );
  stage
    .answer(0, [waitFor(1)])
    .answer(2, [waitFor(3)])
    .answer(3, [waitFor(1)])
    .pass(1000);
  t.is(
    stage.text,
    [
      'tsrun: rank 1 (here, pid 101) was killed by SIGKILL (exit code 137); perhaps out of memory, or kill -9',
      'tsrun: who waited for rank 1:',
      '  ranks 0, 3  waits 1.5 s  receive from 1, tag any  main.ts:3:1',
      'tsrun: ranks 0, 2-3 were stopped because rank 1 was killed by SIGKILL; exit code 137',
    ].join('\n'),
  );
});

test('ranks that failed on their own account get a line each, without the stack', (t) => {
  const stage = new Stage({ size: 4 }).join();
  stage.fail(0, 'Error: a').fail(1, 'Error: b').fail(2, 'Error: a');
  stage.end(0, 1).end(1, 1).end(2, 1).pass(1000);
  t.deepEqual(stage.text.split('\n').slice(2), [
    'tsrun: rank 1 also failed: Error: b',
    'tsrun: rank 2 also failed in the same way',
    'tsrun: rank 3 was stopped because rank 0 failed; exit code 1',
  ]);
});

test('what a rank does after it was told to end is not reported', (t) => {
  const stage = new Stage({ size: 3 }).join();
  stage.stubborn.add(1).add(2);
  stage.fail(0, 'Error: a').end(0, 1).pass(600);
  stage.fail(1, 'Error: interrupted').end(1, 5).pass(1000);
  t.regex(stage.text, /ranks 1-2 were stopped because rank 0 failed; exit code 1$/);
  t.notRegex(stage.text, /interrupted/);
});

test('a failure that another caused waits for its cause', (t) => {
  const stage = new Stage({ size: 3 }).join();
  stage.fail(0, 'MpiError: receive from 2: rank 2 is lost', 2).end(0, 1).pass(100);
  t.is(stage.text, '');
  stage.end(2, 'SIGSEGV').pass(1000);
  t.is(stage.exit?.code, 139);
  t.is(
    stage.text,
    [
      'tsrun: rank 2 (here, pid 102) was killed by SIGSEGV (exit code 139); a crash in native code',
      'tsrun: rank 0 needed rank 2 and failed at main.ts:1:1',
      'tsrun: rank 1 was stopped because rank 2 was killed by SIGSEGV; exit code 139',
    ].join('\n'),
  );
});

test('a cause may have a cause itself', (t) => {
  const stage = new Stage({ size: 3 }).join();
  stage.fail(0, 'MpiError: a', 1).fail(1, 'MpiError: b', 2).end(1, 1).end(0, 1).pass(100);
  stage.end(2, 7);
  t.is(stage.exit?.code, 7);
});

test('a failure whose cause never comes is reported by itself', (t) => {
  const stage = new Stage({ size: 3 }).join().fail(0, 'MpiError: lost', 2).end(0, 1).pass(1000);
  t.deepEqual(stage.killed, ['800 SIGTERM 1', '800 SIGTERM 2']);
  t.regex(stage.text, /^tsrun: rank 0 \(here\) failed: MpiError: lost/);
  t.is(stage.exit?.code, 1);
});

test('a failure caused by a program that did not use tsmpi is reported at once', (t) => {
  const stage = new Stage({ size: 3 }).join(0, 1).end(2, 0);
  stage.fail(0, 'MpiError: rank 2 ended without using tsmpi', 2).end(0, 1);
  t.regex(stage.text, /^tsrun: rank 0 \(here\) failed: MpiError: rank 2 ended without using tsmpi/);
});

test('abort ends the job with its code, soon and without asking', (t) => {
  const stage = new Stage({ size: 2 }).join();
  stage.stubborn.add(0);
  const stack = ['    at solve (file:///p/solve.ts:7:3)', '    at file:///p/main.ts:1:1'];
  stage.say(1, { kind: 'abort', exitCode: 7, stack }).end(1, 7).pass(1000);
  t.deepEqual(stage.killed, ['250 SIGKILL 0']);
  t.deepEqual(stage.exit, { code: 7, at: 260 });
  t.is(
    stage.text,
    [
      'tsrun: rank 1 (here) called abort(7) at solve.ts:7:3 in solve',
      'tsrun: rank 0 was stopped because rank 1 called abort(7); exit code 7',
    ].join('\n'),
  );
});

for (const [code, exitCode] of [
  [0, 1],
  [256, 255],
  [300, 255],
  [-1, 255],
  [Number.NaN, 1],
] as const) {
  test(`abort(${code}) makes exit code ${exitCode}`, (t) => {
    const stage = new Stage({ size: 1 }).join();
    t.is(stage.say(0, { kind: 'abort', exitCode: code, stack: [] }).end(0, 0).exit?.code, exitCode);
  });
}

test('abort ends the others even if failures do not', (t) => {
  const stage = new Stage({ onFailure: 'continue' }).join();
  stage.say(1, { kind: 'abort', exitCode: 7, stack: [] }).end(1, 7).pass(1000);
  t.deepEqual(stage.killed, ['250 SIGKILL 0']);
  t.is(stage.exit?.code, 7);
});

test('with --on-failure continue the others are told and go on', (t) => {
  const stage = new Stage({ size: 4, onFailure: 'continue' }).join();
  stage.fail(2, 'Error: a').end(2, 6).pass(5000).fail(3, 'Error: b').end(3, 1);
  t.deepEqual(stage.killed, []);
  t.is(stage.told(0).length, 2);
  t.regex(stage.text, /\ntsrun: rank 3 also failed: Error: b$/);
  stage.finalize(0, 1);
  t.deepEqual(stage.told(0).at(-1), { kind: 'finalized' });
  stage.end(0, 0).end(1, 0);
  t.is(stage.exit?.code, 1);
  t.regex(stage.text, /\ntsrun: ranks 2-3 of 4 failed, the others went on; exit code 1$/);
});

test('a rank that joins while the job is being ended hears why', (t) => {
  const stage = new Stage({ size: 3 }).join(0, 1).fail(0, 'Error: x').join(2);
  const reason = 'rank 0 failed: Error: x';
  t.deepEqual(stage.told(2), [
    { kind: 'ending', rank: 0, reason },
    { kind: 'lost', rank: 0, reason },
  ]);
});

test('exit without finalize is a failure if others are still running half a second later', (t) => {
  const stage = new Stage({ size: 2 }).join().end(1, 0);
  t.deepEqual(stage.told(0), [{ kind: 'lost', rank: 1, reason: 'rank 1 exited without finalize' }]);
  stage.answer(0, [waitFor(1)]).pass(499);
  t.is(stage.text, '');
  stage.pass(600);
  t.deepEqual(stage.exit, { code: 1, at: 1010 });
  t.is(
    stage.text,
    [
      'tsrun: rank 1 (here) exited without finalize while others still needed it',
      '  put await finalize() before process.exit(), or let the program end by itself',
      'tsrun: where the others were when rank 1 exited:',
      '  rank 0  waits 1.5 s  receive from 1, tag any  main.ts:3:1',
      'tsrun: rank 0 was stopped because rank 1 exited without finalize; exit code 1',
    ].join('\n'),
  );
});

test('exit without finalize is fine if all the others end well in time', (t) => {
  const stage = new Stage({ size: 3 }).join().end(1, 0).pass(400).end(0, 0).finalize(2).end(2, 0);
  t.is(stage.exit?.code, 0);
  t.is(stage.text, '');
  t.true(stage.quiet);
});

test('exit without finalize is fine for others that are in finalize: nobody needs that rank', (t) => {
  const stage = new Stage({ size: 3 }).join().finalize(0, 2).end(1, 0).pass(5000);
  t.deepEqual(stage.killed, []);
  t.is(stage.end(0, 0).end(2, 0).exit?.code, 0);
});

test('exit without finalize is judged from when the last rank has joined or ended', (t) => {
  const stage = new Stage({ size: 3 }).join(0, 1).end(1, 0).pass(3000);
  t.deepEqual(stage.killed, []);
  stage.join(2).pass(499);
  t.is(stage.text, '');
  stage.pass(1);
  t.regex(stage.text, /exited without finalize/);
});

test('another failure takes precedence over an exit without finalize', (t) => {
  const stage = new Stage({ size: 3 }).join().end(1, 0).pass(100).end(0, 4).pass(1000);
  t.is(stage.exit?.code, 4);
  t.deepEqual(stage.text.split('\n'), [
    'tsrun: rank 0 (here, pid 100) exited with code 4',
    'tsrun: rank 1 also exited without finalize',
    'tsrun: rank 2 was stopped because rank 0 exited with code 4; exit code 4',
  ]);
});

for (const order of ['before', 'after'] as const) {
  test(`a failure blamed on an exit without finalize ${order} it is seen confirms it`, (t) => {
    const stage = new Stage({ size: 2 }).join();
    if (order === 'after') stage.end(1, 0);
    stage.fail(0, 'MpiError: receive from 1: rank 1 exited', 1);
    if (order === 'before') stage.end(1, 0);
    stage.end(0, 1);
    t.is(stage.exit?.code, 1);
    t.regex(stage.text, /^tsrun: rank 1 \(here\) exited without finalize/);
    t.regex(stage.text, /\ntsrun: rank 0 needed rank 1 and failed at main\.ts:1:1/);
  });
}

test('a heap that is full is told from other aborts by what Node wrote', (t) => {
  const stage = new Stage({ size: 1 });
  stage.tails.set(0, ['FATAL ERROR: Reached heap limit - JavaScript heap out of memory']);
  stage.end(0, 'SIGABRT');
  t.regex(stage.text, /ran out of JavaScript heap.*134.*--max-old-space-size/s);
});

test('Ctrl-\\ shows where everybody is and changes nothing', (t) => {
  const stage = new Stage({ size: 5 }).join(0, 1, 2, 4).finalize(4).pass(3000);
  stage.job.signal('SIGQUIT');
  stage
    .answer(0, [waitFor(1)])
    .answer(1, [])
    .answer(4, [])
    .pass(500);
  t.is(
    stage.text,
    [
      'tsrun: where the ranks are (Ctrl-\\):',
      '  rank 0  waits 1.5 s  receive from 1, tag any  main.ts:3:1',
      '  rank 1  running, waits for no message',
      '  rank 2  busy: computing, or in a synchronous call',
      '  rank 3  running, has not loaded tsmpi',
      '  rank 4  in finalize 3.5 s',
    ].join('\n'),
  );
  t.deepEqual(stage.killed, []);
  t.is(stage.exit, undefined);
});

test('Ctrl-\\ does not wait longer than for the last answer', (t) => {
  const stage = new Stage({ size: 2 }).join();
  stage.job.signal('SIGQUIT');
  stage.answer(0, []).end(1, 0);
  t.regex(stage.text, /rank 1 {2}exited with code 0/);
});

test('--timeout says where everybody was, ends the job and exits with 124', (t) => {
  const stage = new Stage({ size: 2, timeoutSeconds: 5 }).join();
  stage.stubborn.add(1);
  stage
    .pass(5000)
    .answer(0, [waitFor(1)])
    .answer(1, [waitFor(0)])
    .pass(1000);
  t.deepEqual(stage.killed, ['5000 SIGTERM 0', '5000 SIGTERM 1', '5250 SIGKILL 1']);
  t.is(stage.exit?.code, 124);
  t.deepEqual(stage.text.split('\n'), [
    'tsrun: the job ran longer than --timeout 5 s and was stopped',
    'tsrun: where the ranks were:',
    '  rank 0  waits 1.5 s  receive from 1, tag any  main.ts:3:1',
    '  rank 1  waits 1.5 s  receive from 0, tag any  main.ts:3:1',
  ]);
});

test('--timeout leaves no timer behind in a job that ends in time', (t) => {
  const stage = new Stage({ size: 1, timeoutSeconds: 5 }).end(0, 0);
  t.true(stage.quiet);
});

test('ranks that are asked to end do not fail because another was faster', (t) => {
  const stage = new Stage({ size: 3 }).join();
  stage.stubborn.add(2);
  stage.job.signal('SIGTERM');
  stage.end(0, 0).fail(1, 'Error: in a handler').end(1, 1).pass(100);
  t.deepEqual(stage.told(2), []);
  t.is(stage.exit, undefined);
});

for (const [signal, passedOn, code] of [
  ['SIGINT', 'SIGINT', 130],
  ['SIGTERM', 'SIGTERM', 143],
  ['SIGHUP', 'SIGTERM', 129],
] as const) {
  test(`${signal} reaches ranks as ${passedOn}, then SIGKILL; exit code ${code}`, (t) => {
    const stage = new Stage({ size: 2 }).join();
    stage.stubborn.add(1);
    stage.job.signal(signal);
    stage.pass(3000);
    t.deepEqual(stage.killed, [`0 ${passedOn} 0`, `0 ${passedOn} 1`, '2000 SIGKILL 1']);
    t.deepEqual(stage.exit, { code, at: 2010 });
    t.is(stage.notes.length, 1);
  });

  test(`${signal} makes exit code ${code} even if all ranks then end with 0`, (t) => {
    const stage = new Stage({ size: 1 }).join();
    stage.stubborn.add(0);
    stage.job.signal(signal);
    t.is(stage.end(0, 0).exit?.code, code);
  });
}

test('a second Ctrl-C kills at once', (t) => {
  const stage = new Stage({ size: 1, graceSeconds: 60 }).join();
  stage.stubborn.add(0);
  stage.job.signal('SIGINT');
  stage.pass(300).job.signal('SIGINT');
  stage.pass(100);
  t.deepEqual(stage.exit, { code: 130, at: 310 });
});

test('the echo of one Ctrl-C by npx is no second one', (t) => {
  const stage = new Stage({ size: 1 }).join();
  stage.stubborn.add(0);
  stage.job.signal('SIGINT');
  stage.pass(20).job.signal('SIGINT');
  t.deepEqual(stage.killed, ['0 SIGINT 0']);
});

test('a second SIGTERM does not cut the grace short: timeout(1) sends two', (t) => {
  const stage = new Stage({ size: 1 }).join();
  stage.stubborn.add(0);
  stage.job.signal('SIGTERM');
  stage.pass(200).job.signal('SIGTERM');
  t.deepEqual(stage.killed, ['0 SIGTERM 0']);
});

test('Ctrl-C while a failed job is being ended kills at once and keeps the exit code', (t) => {
  const stage = new Stage({ size: 2, graceSeconds: 60 }).join();
  stage.stubborn.add(1);
  stage.end(0, 3).pass(1000).job.signal('SIGINT');
  stage.pass(100);
  t.deepEqual(stage.exit, { code: 3, at: 1010 });
});

test('SIGTSTP stops the ranks and then the launcher; SIGCONT continues the ranks', (t) => {
  const stage = new Stage({ size: 2 });
  stage.job.signal('SIGTSTP');
  t.is(stage.suspensions, 1);
  stage.job.signal('SIGCONT');
  t.deepEqual(stage.killed, ['0 SIGSTOP 0', '0 SIGSTOP 1', '0 SIGCONT 0', '0 SIGCONT 1']);
});

test('SIGUSR2 is passed on', (t) => {
  const stage = new Stage({ size: 1 });
  stage.job.signal('SIGUSR2');
  t.deepEqual(stage.killed, ['0 SIGUSR2 0']);
});

test('stop ends the job quickly and quietly with the given code', (t) => {
  const stage = new Stage({ size: 1 }).join();
  stage.stubborn.add(0);
  stage.job.stop(141);
  stage.pass(500);
  t.deepEqual(stage.exit, { code: 141, at: 260 });
  t.is(stage.text, '');
});

test('what a rank leaves behind gets half a second, SIGTERM and SIGKILL', (t) => {
  const stage = new Stage({ size: 1 });
  stage.haunted.add(0);
  stage.stubborn.add(0);
  stage.end(0, 0, 'open').pass(2000);
  t.deepEqual(stage.abandoned, [{ at: 500, text: '0' }]);
  t.deepEqual(stage.killed, ['500 SIGTERM 0', '750 SIGKILL 0']);
  t.deepEqual(stage.exit, { code: 0, at: 750 });
});

test('a job is over as soon as what ranks left behind has ended by itself', (t) => {
  const stage = new Stage({ size: 1 });
  stage.haunted.add(0);
  stage.end(0, 0, 'open').pass(100);
  t.is(stage.exit, undefined);
  stage.haunted.delete(0);
  stage.job.outputClosed(0);
  t.is(stage.exit?.code, 0);
  t.deepEqual([stage.killed, stage.abandoned], [[], []]);
});

test('output held open by somebody out of reach is abandoned', (t) => {
  const stage = new Stage({ size: 1 }).end(0, 0, 'open').pass(2000);
  t.deepEqual(stage.abandoned, [{ at: 500, text: '0' }]);
  t.is(stage.exit?.code, 0);
});

test('a failure ends what dead ranks left behind together with the living', (t) => {
  const stage = new Stage({ size: 2 });
  stage.haunted.add(0);
  stage.stubborn.add(0).add(1);
  stage.end(0, 1).pass(1000);
  t.deepEqual(stage.exit, { code: 1, at: 760 });
  t.regex(stage.text, /rank 1 was stopped/);
});

test('a rank that cannot be started ends those that were, with one message', (t) => {
  const stage = new Stage({ size: 3 }, 1);
  stage.stubborn.add(0);
  stage.job.notStarted(1, new Error('cannot start rank 1: no reason'));
  t.false(stage.job.wants(0));
  stage.job.notStarted(2);
  stage.pass(100);
  t.deepEqual(stage.killed, ['0 SIGKILL 0']);
  t.is(stage.text, 'tsrun: cannot start rank 1: no reason');
  t.is(stage.exit?.code, 1);
});

test('--quiet leaves what failed and drops the rest', (t) => {
  const stage = new Stage({ size: 3, quiet: true }).join().fail(0, 'Error: a').fail(1, 'Error: b');
  stage.end(0, 1).end(1, 1).pass(1000);
  t.is(stage.text, 'tsrun: rank 0 (here) failed: Error: a\n      at main.ts:1:1');
});

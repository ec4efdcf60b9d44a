import test from 'ava';
import { MpiError } from '../../src/base/error.ts';
import type { Communicator } from '../../src/comm/communicator.ts';
import { max, sum } from '../../src/op/arithmetic.ts';
import { runRanks } from '../../src/testing.ts';
import { deferred } from '../helpers/deferred.ts';

const RULE = 'all ranks must make the same collective calls, in the same order';

type Part = (world: Communicator) => Promise<unknown>;

/** Two ranks that differ, and how the rank that is to notice says so. */
const CASES: readonly (readonly [what: string, ranks: readonly [Part, Part], text: RegExp])[] = [
  [
    'operation',
    [(world) => world.broadcast('x'), (world) => world.barrier()],
    /rank 1: barrier #1: rank 0 is in broadcast\(root 0\) #1; /,
  ],
  [
    'root, where messages meet',
    [(world) => world.gather(1, { root: 1 }), (world) => world.broadcast(1, { root: 0 })],
    /rank 1: broadcast\(root 0\) #1: rank 0 is in gather\(root 1\) #1; /,
  ],
  [
    'op',
    [(world) => world.allreduce(1, sum), (world) => world.allreduce(1, max)],
    /rank [01]: allreduce #1: the arguments of rank [01] do not fit: op (sum|max) there, (sum|max) here; /,
  ],
  [
    'op, one of them a function',
    [(world) => world.allreduce(1, sum), (world) => world.allreduce(1, (a, b) => a + b)],
    /do not fit: op (sum there, a function here|a function there, sum here); /,
  ],
  [
    'element type',
    [
      (world) => world.allreduce<unknown>(new Float64Array(3)),
      (world) => world.allreduce<unknown>(new Int32Array(3)),
    ],
    /do not fit: (Float64Array there, Int32Array here|Int32Array there, Float64Array here); /,
  ],
  [
    'number of elements',
    [
      (world) => world.allreduce(new Float64Array(3)),
      (world) => world.allreduce(new Float64Array(4)),
    ],
    /do not fit: (3 elements there, 4 elements here|4 elements there, 3 elements here); /,
  ],
  [
    'large number of elements',
    [
      (world) => world.allreduce(new Float64Array(20_000)),
      (world) => world.allreduce(new Float64Array(20_001)),
    ],
    /do not fit: another number of elements there than here; /,
  ],
  [
    'array against number',
    [(world) => world.allreduce<unknown>([1]), (world) => world.allreduce<unknown>(1)],
    /do not fit: /,
  ],
  [
    'algorithm',
    [
      (world) => world.barrier({ algorithm: 'linear' }),
      (world) => world.barrier({ algorithm: 'dissemination' }),
    ],
    /do not fit: another algorithm was chosen there than here; /,
  ],
  [
    'element type of what they exchange',
    [(world) => world.alltoall(new Float64Array(2)), (world) => world.alltoall(new Int32Array(2))],
    /do not fit: (Float64Array there, Int32Array here|Int32Array there, Float64Array here); /,
  ],
  [
    'whether they gather into one array',
    [
      (world) => world.allgather<unknown>(new Float64Array(1)),
      (world) => world.allgather(new Float64Array(1), { into: new Float64Array(2) }),
    ],
    /do not fit: (Float64Array there, no typed array here|no typed array there, Float64Array here); /,
  ],
];

for (const [what, parts, text] of CASES) {
  test(`ranks that differ in ${what} learn of it`, async (t) => {
    for (let seed = 0; seed < 20; seed += 1) {
      const error = await t.throwsAsync(
        runRanks(2, (world) => (parts[world.rank] as Part)(world), { seed }),
        { instanceOf: MpiError, code: 'ERR_MISMATCH' },
      );
      t.regex(error.message, text);
      t.true(error.message.endsWith(RULE));
    }
  });
}

test('a message for a call that is over fails the next call, or else the end', async (t) => {
  const roots = (world: Communicator) => world.broadcast('x', { root: world.rank });
  const over =
    /^rank [01]: rank [01] is in broadcast\(root [01]\) #1, but here broadcast\(root [01]\) #1 is over and had no use for its message; /;
  for (let seed = 0; seed < 20; seed += 1) {
    const next = async (world: Communicator): Promise<void> => {
      await roots(world);
      await world.barrier();
    };
    const error = await t.throwsAsync(runRanks(2, next, { seed }), { code: 'ERR_MISMATCH' });
    t.regex(error.message, over);
    const last = async (world: Communicator): Promise<void> => {
      await roots(world);
      await world.sendReceive('p2p', 1 - world.rank);
    };
    const end = await t.throwsAsync(runRanks(2, last, { seed }), { code: 'ERR_MISMATCH' });
    t.regex(end.message, over);
  }
});

test('one call too many fails in the rank that makes it', async (t) => {
  const error = await t.throwsAsync(
    runRanks(3, async (world) => {
      await world.barrier();
      if (world.rank === 2) await world.allreduce(1);
    }),
    { code: 'ERR_PROC_FINISHED' },
  );
  t.regex(error.message, /^rank 2: allreduce #2: rank \d has finished/);
});

test('calls with the same name and other numbers are told apart', async (t) => {
  const error = await t.throwsAsync(
    runRanks(2, async (world) => {
      if (world.rank === 0) await world.barrier();
      const pair = [world.broadcast('a'), world.allreduce(1)];
      await Promise.all(pair);
    }),
    { code: 'ERR_MISMATCH' },
  );
  t.regex(error.message, /#[123]/);
});

test('ranks learn of a mistake though no receive meets a message of the other call', async (t) => {
  for (let seed = 0; seed < 40; seed += 1) {
    // Upwards and downwards around a ring: nobody sends to whoever waits for it.
    const call = async (world: Communicator): Promise<void> => {
      if (world.rank === 3) await world.allgather(1, { algorithm: 'bruck' });
      else await world.barrier({ algorithm: 'dissemination' });
    };
    const run = runRanks(4, call, { seed });
    const error = await t.throwsAsync(run, { code: 'ERR_MISMATCH' });
    t.regex(error.message, /rank 3 is in allgather #1; |rank \d is in barrier #1; /);
  }
});

test('ranks whose calls exchange no message at all ask each other after a while', async (t) => {
  // Each takes itself for the root, and waits for the others.
  const error = await t.throwsAsync(
    runRanks(3, (world) => world.reduce(1, sum, { root: world.rank })),
    { code: 'ERR_MISMATCH' },
  );
  t.regex(error.message, /rank \d: reduce\(root \d\) #1: rank \d is in reduce\(root \d\) #1; /);
});

test('all ranks of calls without messages learn of it, though each catches its error', async (t) => {
  const outcomes = await runRanks(4, async (world) => {
    const error = await t.throwsAsync(world.reduce(1, sum, { root: world.rank }));
    return (error as MpiError).code;
  }).catch((error: MpiError) => error.code);
  // Who finishes first leaves the others in step with nobody, and `finalize` says so too.
  t.regex(String(outcomes), /^(ERR_MISMATCH,?)+$/);
});

test('a rank that waits long for the right call is asked in vain', async (t) => {
  const late = deferred<void>();
  const timer = setTimeout(late.resolve, 1500);
  t.teardown(() => clearTimeout(timer));
  const results = await runRanks(2, async (world) => {
    if (world.rank === 1) await late.promise;
    return await world.allreduce(world.rank + 1);
  });
  t.deepEqual(results, [3, 3]);
});

test('a receive that waits in vain is told of the call that lies unread', async (t) => {
  const error = await t.throwsAsync(
    runRanks(2, async (world) => {
      if (world.rank === 0) await world.broadcast('news');
      else await world.receive(0);
    }),
    { code: 'ERR_PROC_FINISHED' },
  );
  t.is(
    error.message,
    'rank 1: receive from 0, any tag: rank 0 has finished (it called finalize, or its program ended) and neither sends nor receives any more; rank 0 has called broadcast(root 0) #1, and this rank has not: all ranks must',
  );
});

import test, { type ExecutionContext } from 'ava';
import { ALGORITHMS } from '../../src/base/algorithms.ts';
import type { TypedArray } from '../../src/base/array-kind.ts';
import type { ErrorCode } from '../../src/base/error.ts';
import type { Communicator } from '../../src/comm/communicator.ts';
import { max, sum } from '../../src/op/arithmetic.ts';
import { noOp, replace } from '../../src/op/choice.ts';
import { createOp } from '../../src/op/create-op.ts';
import { minloc } from '../../src/op/located.ts';
import type { Request } from '../../src/request/request.ts';
import { runRanks } from '../../src/testing.ts';

const FOUR = [0, 1, 2, 3];

/** Arrays of rank + 1 everywhere, as long as it takes to be cut. */
function ofRank(rank: number, length: number = 600): Float64Array {
  return new Float64Array(length).fill(rank + 1);
}

for (const eagerBytes of [0, undefined]) {
  const how = eagerBytes === 0 ? 'without eager sends' : 'with eager sends';

  test(`a result is put into the array given for it, ${how}`, async (t) => {
    const main = async (world: Communicator): Promise<void> => {
      const { rank, size } = world;
      for (const algorithm of ALGORITHMS.allreduce) {
        const into = new Float64Array(600);
        t.is(await world.allreduce(ofRank(rank), sum, { into, algorithm }), into);
        t.deepEqual(into, ofRank(14));
      }
      for (const algorithm of ALGORITHMS.reduce) {
        const into = new Float64Array(600);
        const result = await world.reduce(ofRank(rank), sum, { into, algorithm, root: 3 });
        t.is(result, rank === 3 ? into : undefined);
        t.deepEqual(into, rank === 3 ? ofRank(14) : new Float64Array(600));
      }
      for (const algorithm of ALGORITHMS.reduceScatter) {
        const into = new Float64Array(600 / size);
        t.is(await world.reduceScatter(ofRank(rank), sum, { into, algorithm }), into);
        t.deepEqual(into, ofRank(14, 120));
      }
      for (const algorithm of ALGORITHMS.scan) {
        const into = new Float64Array(600);
        t.is(await world.scan(ofRank(rank), max, { into, algorithm }), into);
        t.deepEqual(into, ofRank(rank));
        const below = new Float64Array(600);
        const result = await world.exscan(ofRank(rank), max, { into: below, algorithm });
        t.is(result, rank === 0 ? undefined : below);
        t.deepEqual(below, ofRank(rank - 1));
      }
    };
    await runRanks(5, main, { eagerBytes });
  });

  test(`a result may replace the value, ${how}`, async (t) => {
    const main = async (world: Communicator): Promise<void> => {
      const { rank } = world;
      for (const algorithm of ALGORITHMS.allreduce) {
        const value = ofRank(rank);
        t.is(await world.allreduce(value, sum, { into: value, algorithm }), value);
        t.deepEqual(value, ofRank(14), algorithm);
        const again = ofRank(rank);
        const into = again.subarray(0);
        t.is(await world.allreduce(again, sum, { into, algorithm }), into);
        t.deepEqual(again, ofRank(14), algorithm);
      }
      for (const algorithm of ALGORITHMS.reduce) {
        const value = ofRank(rank);
        await world.reduce(value, sum, { into: value, algorithm, root: 2 });
        t.deepEqual(value, rank === 2 ? ofRank(14) : ofRank(rank), algorithm);
      }
      for (const algorithm of ALGORITHMS.scan) {
        const value = ofRank(rank);
        await world.scan(value, max, { into: value, algorithm });
        t.deepEqual(value, ofRank(rank), algorithm);
        await world.exscan(value, max, { into: value, algorithm });
        t.deepEqual(value, ofRank(rank === 0 ? 0 : rank - 1), algorithm);
      }
    };
    await runRanks(5, main, { eagerBytes });
  });
}

test('what a rank gets has memory of its own, even alone and from an op that returns what it is given', async (t) => {
  for (const size of [1, 2, 3]) {
    await runRanks(size, async (world) => {
      const array = Int32Array.of(1, 2);
      const list = [1, [2]];
      const record = { name: 'x' };
      for (const op of [noOp, replace]) {
        for (const value of [array, list, record]) {
          const results = [
            await world.allreduce(value as unknown, op),
            await world.reduce(value as unknown, op),
            await world.scan(value as unknown, op),
            await world.reduceScatter(new Array(size).fill(value), op),
          ];
          for (const result of results.filter((each) => each !== undefined)) {
            t.deepEqual(result, value);
            t.not(result, value);
          }
        }
        const block = await world.reduceScatter(new Int32Array(size), op);
        t.is(block.buffer.byteLength, 4);
      }
    });
  }
});

test('an op that takes whole values may take arrays of different lengths', async (t) => {
  const join = createOp((left: Uint8Array, right: Uint8Array) => Uint8Array.of(...left, ...right));
  const results = await runRanks(3, (world) =>
    world.allreduce(new Uint8Array(world.rank).fill(world.rank), join),
  );
  t.deepEqual(results, new Array(3).fill(Uint8Array.of(1, 2, 2)));
});

test('blocks of one array are combined whole by an op that takes whole values', async (t) => {
  const backwards = createOp((left: Int8Array, right: Int8Array) =>
    Int8Array.from([...right, ...left]).subarray(0, left.length),
  );
  for (const algorithm of ['pairwise', 'bit-reversal']) {
    const results = await runRanks(3, (world) =>
      world.reduceScatter(
        Int8Array.of(1, 2, 3, 4, 5, 6).map((n) => n + 10 * world.rank),
        backwards,
        {
          counts: [1, 0, 5],
          algorithm,
        },
      ),
    );
    t.deepEqual(results, [Int8Array.of(21), new Int8Array(0), Int8Array.of(22, 23, 24, 25, 26)]);
  }
});

test('any number of reductions may be under way, and be awaited in any order', async (t) => {
  const results = await runRanks(
    4,
    async (world) => {
      const { rank } = world;
      const calls = Array.from({ length: 40 }, (_, n): Request<unknown> => {
        const value = ofRank(rank + n, n * 20);
        if (n % 4 === 0) return world.allreduce(value, sum, { into: value });
        if (n % 4 === 1) return world.reduce(value, max, { root: n % 3 });
        if (n % 4 === 2) return world.scan(rank + n);
        return world.reduceScatter(
          FOUR.map((dest) => `${n}.${rank}.${dest} `),
          (a, b) => a + b,
        );
      });
      const neighbour = world.sendReceive(rank, (rank + 1) % 4);
      const answers = await Promise.all(calls.reverse());
      return [answers.reverse(), await neighbour];
    },
    { eagerBytes: 0, seed: 5 },
  );
  for (const [rank, [answers, received]] of (results as [unknown[], number][]).entries()) {
    t.is(received, (rank + 3) % 4);
    t.deepEqual(answers[4], new Float64Array(80).fill(1 + 2 + 3 + 4 + 4 * 4));
    t.deepEqual(answers[5], rank === 2 ? new Float64Array(100).fill(9) : undefined);
    t.is(answers[6], [6, 13, 21, 30][rank]);
    t.is(answers[7], FOUR.map((source) => `7.${source}.${rank} `).join(''));
  }
});

test('a call that gives up has the arrays of the user no more, and the others complete', async (t) => {
  const results = await runRanks(3, async (world) => {
    const { rank } = world;
    const value = ofRank(rank);
    const into = new Float64Array(600);
    if (rank !== 1) {
      const results = [await world.allreduce(value), await world.allreduce(value, sum, { into })];
      await world.barrier();
      return results;
    }
    const controller = new AbortController();
    const call = world.allreduce(value, sum, { into, signal: controller.signal });
    controller.abort(new Error('enough'));
    await t.throwsAsync(call, { message: 'enough' });
    value.fill(Number.NaN);
    const result = await world.allreduce(ofRank(rank), sum, { into: ofRank(0), timeout: 10_000 });
    await world.barrier();
    t.deepEqual(into, new Float64Array(600));
    return [result, result];
  });
  for (const [first, second] of results) {
    t.deepEqual(first, ofRank(5));
    t.deepEqual(second, ofRank(5));
  }
});

/** Have two ranks make a call that rejects on the first one at least. */
async function refuses(
  t: ExecutionContext,
  code: ErrorCode,
  text: RegExp,
  call: (world: Communicator) => Request<unknown>,
): Promise<void> {
  await runRanks(2, async (world) => {
    const error = await t.throwsAsync(call(world));
    t.like(error, { code, rank: world.rank });
    t.regex(error?.message ?? '', text);
  });
}

test('each mistake in the arguments rejects the call with what to do', async (t) => {
  const array = new Float64Array(4);
  const wrong = {} as never;
  await refuses(t, 'ERR_OP', /^rank \d: allreduce: op must be one of sum, .* not "sum"$/, (w) =>
    w.allreduce(1, 'sum' as never),
  );
  await refuses(t, 'ERR_OP', /^rank \d: reduce: sum combines .* not a string/, (w) =>
    w.reduce('x' as never, sum as never),
  );
  await refuses(t, 'ERR_OP', /scan: sum combines .* not undefined/, (w) => w.scan(undefined));
  await refuses(t, 'ERR_OP', /reduceScatter: sum combines .* not an object/, (w) =>
    w.reduceScatter([1, wrong]),
  );
  await refuses(t, 'ERR_ROOT', /reduce: root 2 is out of range/, (w) =>
    w.reduce(1, sum, { root: 2 }),
  );
  await refuses(t, 'ERR_ARG', /must be an object/, (w) => w.reduce(1, sum, 1 as never));
  await refuses(t, 'ERR_ARG', /no algorithm "tree"; there are recursive-doubling, /, (w) =>
    w.allreduce(1, sum, { algorithm: 'tree' }),
  );
  await refuses(t, 'ERR_BUFFER', /into must be a typed array/, (w) =>
    w.allreduce(array, sum, { into: [] as never }),
  );
  await refuses(t, 'ERR_TYPE', /into is for typed arrays, and the value is 1/, (w) =>
    w.allreduce(1, sum, { into: array }),
  );
  await refuses(t, 'ERR_TYPE', /into is Int8Array\(4\).*Float64Array\(4\)/, (w) =>
    w.scan(array, sum, { into: new Int8Array(4) }),
  );
  await refuses(t, 'ERR_COUNT', /into is Float64Array\(5\).*Float64Array\(4\)/, (w) =>
    w.exscan(array, sum, { into: new Float64Array(5) }),
  );
  await refuses(t, 'ERR_BUFFER', /into overlaps the value/, (w) =>
    w.allreduce(array.subarray(0, 3), sum, { into: array.subarray(1, 4) }),
  );
  await refuses(t, 'ERR_BUFFER', /into overlaps the value/, (w) =>
    w.reduceScatter(array, sum, { into: array.subarray(0, 2) }),
  );
  await refuses(t, 'ERR_TYPE', /typed array, or a list with one value for each/, (w) =>
    w.reduceScatter(1 as never),
  );
  await refuses(t, 'ERR_COUNT', /the list has 3 values; give one for each of 2 ranks/, (w) =>
    w.reduceScatter([1, 2, 3]),
  );
  await refuses(t, 'ERR_COUNT', /3 elements cannot be shared out evenly among 2 ranks/, (w) =>
    w.reduceScatter(array.subarray(1)),
  );
  await refuses(t, 'ERR_COUNT', /2 elements cannot be shared .* in groups of 2/, (w) =>
    w.reduceScatter(array.subarray(2), minloc),
  );
  for (const counts of [[4], [2, -1], [2, 2.5], [1, Number.NaN], 4, ['2', '2']]) {
    await refuses(t, 'ERR_COUNT', /counts must be a list of 2 integers from 0/, (w) =>
      w.reduceScatter(array, sum, { counts: counts as never }),
    );
  }
  await refuses(t, 'ERR_COUNT', /counts \[1, 2\] make 3 elements, but the array has 4/, (w) =>
    w.reduceScatter(array, sum, { counts: [1, 2] }),
  );
  await refuses(t, 'ERR_COUNT', /a count of 1 cuts apart/, (w) =>
    w.reduceScatter(array, minloc, { counts: [1, 3] }),
  );
});

test('an algorithm that reorders is refused to an op that does not commute', async (t) => {
  const op = createOp((left: number, _right: number) => left, { elementwise: true, name: 'first' });
  const remedy =
    /ring does not combine in the order of ranks, as first needs, .* take recursive-doubling or linear or rabenseifner or all-pairs$/;
  await refuses(t, 'ERR_ARG', remedy, (w) => w.allreduce(1, op, { algorithm: 'ring' }));
  await refuses(t, 'ERR_ARG', /take pairwise or bit-reversal$/, (w) =>
    w.reduceScatter([1, 2], op, { algorithm: 'recursive-halving' }),
  );
});

test('ranks that differ in what they give learn of it', async (t) => {
  const lengthOf = (n: number): TypedArray => new Float64Array(n);
  const cases: [RegExp, (world: Communicator) => Request<unknown>][] = [
    [/op (sum there, max|max there, sum) here/, (w) => w.allreduce(1, w.rank === 0 ? max : sum)],
    [
      /(3 elements there, 2|2 elements there, 3) elements here/,
      (w) => w.allreduce(lengthOf(2 + w.rank)),
    ],
    [
      /(3 elements there, 2|2 elements there, 3) elements here/,
      (w) => w.scan(new Array(2 + w.rank).fill(1)),
    ],
    [
      /(Float64Array there, Int8|Int8Array there, Float64)Array here/,
      (w) => w.allreduce(w.rank === 0 ? new Int8Array(2) : (lengthOf(2) as never)),
    ],
    [/another algorithm/, (w) => w.allreduce(1, sum, w.rank === 0 ? { algorithm: 'linear' } : {})],
    [
      /another number of elements/,
      (w) => w.reduceScatter(lengthOf(4), sum, { counts: w.rank === 0 ? [1, 3] : [3, 1] }),
    ],
  ];
  for (const [text, call] of cases) {
    const error = await t.throwsAsync(
      runRanks(2, (world) => call(world)),
      { code: 'ERR_MISMATCH' },
    );
    t.regex(error?.message ?? '', text);
  }
  const root = (rank: number): number => (rank === 0 ? 0 : 2);
  await t.throwsAsync(
    runRanks(3, (w) => w.reduce(1, sum, { root: root(w.rank) })),
    {
      code: 'ERR_MISMATCH',
      message: /rank 0: reduce\(root 0\) #1: rank 1 is in reduce\(root 2\) #1;/,
    },
  );
});

test('ranks that go on after a call that has failed on one of them learn why it can end nowhere', async (t) => {
  const main = async (world: Communicator): Promise<void> => {
    const fails = createOp((a: string, b: string) => {
      if (world.rank === 0) throw new RangeError('no');
      return a + b;
    });
    const error = await world
      .allreduce('x', fails, { algorithm: 'linear' })
      .catch((cause) => cause);
    if (world.rank === 0) t.true(error instanceof RangeError);
    await world.barrier();
  };
  await t.throwsAsync(runRanks(4, main), {
    code: 'ERR_MISMATCH',
    message:
      /^rank 0: rank [123] is in allreduce #1, which failed on this rank and so cannot end there: RangeError: no; let what ends/,
  });
});

test('what an op throws, or returns in vain, rejects the call', async (t) => {
  const throws = createOp(() => {
    throw new RangeError('no');
  });
  await t.throwsAsync(
    runRanks(2, (w) => w.allreduce({}, throws as never)),
    {
      instanceOf: RangeError,
      message: 'no',
    },
  );
  const shorter = createOp((left: Float64Array) => left.subarray(1), { name: 'shorter' });
  await t.throwsAsync(
    runRanks(2, (w) => w.allreduce(new Float64Array(2), shorter, { into: new Float64Array(2) })),
    {
      code: 'ERR_OP',
      message: /^rank \d: allreduce #1: shorter returned Float64Array\(1\), but into/,
    },
  );
  const main = (w: Communicator): Request<unknown> =>
    w.allreduce<unknown>([w.rank === 0 ? 1 : [1]], sum as never);
  await t.throwsAsync(runRanks(2, main), {
    code: 'ERR_TYPE',
    message:
      /^rank \d: allreduce #1: sum cannot combine a number with an array at \[0\]; give the same/,
  });
});

import test from 'ava';
import { ALGORITHMS, type ChoiceOperation } from '../../src/base/algorithms.ts';
import type { Communicator } from '../../src/comm/communicator.ts';
import { runRanks } from '../../src/testing.ts';
import { deferred } from '../helpers/deferred.ts';

const SIZE = 5;
/** Elements of each block. */
const EACH = 3_000;
/** The rank that comes late, and gets the result, if not all do. */
const LATE = SIZE - 1;

/** What a rank gives for another, or for all: the same number in each element. */
const number = (from: number, to: number = 0): number => 10 * (from + 1) + to;
const everyone = Array.from({ length: SIZE }, (_, rank) => rank);
const blocks = (numbers: readonly number[]): Float64Array =>
  Float64Array.from(
    { length: EACH * numbers.length },
    (_, n) => numbers[Math.floor(n / EACH)] ?? 0,
  );

interface GivenUp {
  readonly start: (
    world: Communicator,
    given: Float64Array,
    options: { algorithm: string | undefined; timeout: number | undefined; into: Float64Array },
  ) => PromiseLike<unknown>;
  readonly given: (rank: number) => Float64Array;
  /** What the late rank gets. */
  readonly expected: Float64Array;
}

const CALLS: { readonly [operation in ChoiceOperation]?: GivenUp } = {
  broadcast: {
    start: (world, given, options) => world.broadcast(given, options),
    given: (rank) => blocks([number(rank)]),
    expected: blocks([number(0)]),
  },
  scatter: {
    start: (world, given, options) => world.scatter(given, options),
    given: (rank) => blocks(everyone.map((to) => number(rank, to))),
    expected: blocks([number(0, LATE)]),
  },
  gather: {
    start: (world, given, options) => world.gather(given, { ...options, root: LATE }),
    given: (rank) => blocks([number(rank)]),
    expected: blocks(everyone.map((from) => number(from))),
  },
  allgather: {
    start: (world, given, options) => world.allgather(given, options),
    given: (rank) => blocks([number(rank)]),
    expected: blocks(everyone.map((from) => number(from))),
  },
  alltoall: {
    start: (world, given, options) => world.alltoall(given, options),
    given: (rank) => blocks(everyone.map((to) => number(rank, to))),
    expected: blocks(everyone.map((from) => number(from, LATE))),
  },
};

for (const [operation, { start, given, expected }] of Object.entries(CALLS)) {
  for (const algorithm of [undefined, ...ALGORITHMS[operation as ChoiceOperation]]) {
    for (const eagerBytes of [undefined, 0]) {
      const how = `${algorithm ?? 'choice'}${eagerBytes === 0 ? ', nothing eager' : ''}`;

      test(`${operation} by ${how}: who gives up has its memory back, and who is late gets what was given`, async (t) => {
        const goOn = deferred<void>();
        let givenUp = 0;
        await runRanks(
          SIZE,
          async (world) => {
            const isLate = world.rank === LATE;
            const mine = given(world.rank);
            const into = new Float64Array(expected.length);
            if (isLate) await goOn.promise;
            const options = { algorithm, into, timeout: isLate ? undefined : 5 };
            const outcome = await Promise.resolve(start(world, mine, options)).then(
              () => 'complete',
              (error: { code: string }) => error.code,
            );
            if (!isLate) {
              // Some complete without the late rank; then their memory is theirs as well.
              t.true(outcome === 'ERR_TIMEOUT' || outcome === 'complete', outcome);
              mine.fill(-1);
              into.fill(-2);
              givenUp += 1;
              if (givenUp === LATE) goOn.resolve();
            } else {
              t.is(outcome, 'complete');
              t.deepEqual(into, expected);
            }
            t.is(await world.allreduce(1), SIZE, 'the ranks are in step');
            await world.barrier();
            if (!isLate) t.true(into.every((element) => element === -2));
          },
          { seed: 3, eagerBytes },
        );
      });
    }
  }
}

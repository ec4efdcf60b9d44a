import { deepStrictEqual } from 'node:assert';
import test, { type ExecutionContext } from 'ava';
import { ALGORITHMS, type ChoiceOperation } from '../../src/base/algorithms.ts';
import type { Communicator } from '../../src/comm/communicator.ts';
import { runRanks } from '../../src/testing.ts';
import { allCases, type ReductionCase, ranksBelow } from '../helpers/reduction-cases.ts';

const SIZES = [1, 2, 3, 4, 5, 6, 7, 8, 9, 16, 17];

/** Every send waits for its receive; some do; none does. */
const EAGER_BYTES = [0, 600, undefined];

/** Do a case on one rank, and say what should have come out. */
type Part = (
  world: Communicator,
  reduction: ReductionCase,
  algorithm: string | undefined,
) => Promise<{ readonly actual: unknown; readonly expected: unknown }>;

const PARTS: { readonly [operation in ChoiceOperation]?: Part } = {
  allreduce: async (world, { op, give, answer }, algorithm) => ({
    actual: await world.allreduce(give(world.rank), op, { algorithm }),
    expected: answer(ranksBelow(world.size)),
  }),
  scan: async (world, { op, give, answer }, algorithm) => ({
    actual: await world.scan(give(world.rank), op, { algorithm }),
    expected: answer(ranksBelow(world.rank + 1)),
  }),
  exscan: async (world, { op, give, answer }, algorithm) => ({
    actual: await world.exscan(give(world.rank), op, { algorithm }),
    expected: world.rank === 0 ? undefined : answer(ranksBelow(world.rank)),
  }),
};

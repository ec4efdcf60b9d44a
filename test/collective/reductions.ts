import test from 'ava';
import { ALGORITHMS } from '../../src/base/algorithms.ts';
import type { Communicator } from '../../src/comm/communicator.ts';
import { runRanks } from '../../src/testing.ts';
import { allCases, type ReductionCase, ranksBelow } from '../helpers/reduction-cases.ts';

/** One rank's part of a case. */
type Part = (world: Communicator, reduction: ReductionCase, value: unknown) => Promise<unknown>;

const SIZES = [1, 2, 3, 4, 5, 6, 7, 8, 9, 16, 17];

const RUNS = [
  { seed: 1, eagerBytes: 0 },
  { seed: 2, eagerBytes: 600 },
  { seed: 3, eagerBytes: undefined },
];

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { ALGORITHMS, type ChoiceOperation } from '../../src/base/algorithms.ts';
import type { Communicator } from '../../src/comm/communicator.ts';
import { sum } from '../../src/op/arithmetic.ts';
import { ROOT } from '../helpers/run-example.ts';
import { trafficOf } from '../helpers/traffic.ts';

const { ceil, floor, log2, min } = Math;

/** The call of each operation with n bytes. */
const CALLS: {
  readonly [operation in ChoiceOperation]: (
    world: Communicator,
    n: number,
    algorithm: string,
  ) => PromiseLike<unknown>;
} = {
  barrier: (world, _, algorithm) => world.barrier({ algorithm }),
  broadcast: (world, n, algorithm) => world.broadcast(new Uint8Array(n), { algorithm }),
  scatter: (world, n, algorithm) => world.scatter(new Uint8Array(n * world.size), { algorithm }),
  gather: (world, n, algorithm) => world.gather(new Uint8Array(n), { algorithm }),
  allgather: (world, n, algorithm) => world.allgather(new Uint8Array(n), { algorithm }),
  alltoall: (world, n, algorithm) => world.alltoall(new Uint8Array(n * world.size), { algorithm }),
  reduce: (world, n, algorithm) => world.reduce(new Uint8Array(n), sum, { algorithm }),
  allreduce: (world, n, algorithm) => world.allreduce(new Uint8Array(n), sum, { algorithm }),
  reduceScatter: (world, n, algorithm) =>
    world.reduceScatter(new Uint8Array(n), sum, { algorithm }),
  scan: (world, n, algorithm) => world.scan(new Uint8Array(n), sum, { algorithm }),
  exscan: (world, n, algorithm) => world.exscan(new Uint8Array(n), sum, { algorithm }),
};

interface Row {
  readonly operation: string;
  readonly algorithm: string;
  readonly messages: string;
  readonly bytes: string;
}

/** The rows of the tables in docs/algorithms.md. */
function readRows(): Row[] {
  const rows: Row[] = [];
  let operation = '';
  for (const line of readFileSync(join(ROOT, 'docs/algorithms.md'), 'utf8').split('\n')) {
    if (line.startsWith('## ')) operation = line.slice(3);
    const cells = line.split('|').map((cell) => cell.trim().replaceAll('`', ''));
    const [, algorithm = '', , , messages = '', bytes = ''] = cells;
    if (line.startsWith('| `')) rows.push({ operation, algorithm, messages, bytes });
  }
  return rows;
}

const rows = readRows();

/** Compute what a formula says; the text above the tables says what stands in it. */
function compute(formula: string, p: number, n: number): number {
  const below = Array.from({ length: p }, (_, number) => number);
  const bit = (d: number): number => below.filter((number) => (number & d) !== 0).length;
  const each = (f: (d: number) => number): number => {
    let sum = 0;
    for (let d = 1; d < p; d *= 2) sum += f(d);
    return sum;
  };
  const k = floor(log2(p));
  const q = 2 ** k;
  const scope = {
    p,
    q,
    r: p - q,
    k,
    n,
    B: (k: number) => (k === 1 ? n : k * (n + 8)),
    ones: () => each(bit),
    each,
    bit,
    ceil,
    log2,
    min,
  };
  const names = Object.keys(scope);
  return new Function(...names, `return ${formula};`)(...Object.values(scope)) as number;
}

/** So many bytes that every algorithm of the operation can cut them evenly. */
function bytesFor(operation: string, algorithm: string, p: number): number {
  // For a chain, more than one part.
  if (algorithm === 'chain') return 200_000;
  if (algorithm === 'scatter-allgather' || !/reduce|scan/i.test(operation)) return 8 * p;
  return p * 2 ** floor(log2(p));
}

/** More take seconds, and show nothing new: they are p (p - 1), or a few more. */
const MOST_MESSAGES = 100_000;

/** Whose formula for bytes is about powers of two alone. */
const ONLY_POWERS = ['allgather recursive-doubling'];

const isPowerOfTwo = (p: number): boolean => Number.isInteger(log2(p));

test('docs/algorithms.md has every algorithm', (t) => {
  for (const operation of Object.keys(CALLS) as ChoiceOperation[]) {
    const described = rows.filter((row) => row.operation === operation);
    t.deepEqual(
      described.map(({ algorithm }) => algorithm).sort(),
      [...ALGORITHMS[operation]].sort(),
      operation,
    );
  }
});

for (const { operation, algorithm, messages, bytes } of rows) {
  const call = CALLS[operation as ChoiceOperation];
  if (call === undefined) continue;

  test.serial(
    `${operation} by ${algorithm} sends as much as docs/algorithms.md says`,
    async (t) => {
      for (const p of [2, 3, 4, 5, 6, 7, 8, 9, 16, 17, 33, 64]) {
        const n = bytesFor(operation, algorithm, p);
        const sent = await trafficOf(p, (world) => call(world, n, algorithm));
        t.is(sent.messages, compute(messages, p, n), `messages, p = ${p}`);
        if (ONLY_POWERS.includes(`${operation} ${algorithm}`) && !isPowerOfTwo(p)) continue;
        t.is(sent.bytes, compute(bytes, p, n), `bytes, p = ${p}`);
      }
    },
  );

  test.serial(
    `${operation} by ${algorithm} sends as many messages with hundreds of ranks`,
    async (t) => {
      for (const p of [200, 512]) {
        const n = algorithm === 'scatter-allgather' || operation === 'reduceScatter' ? 8 * p : 8;
        const expected = compute(messages, p, n);
        if (expected > MOST_MESSAGES) continue;
        const sent = await trafficOf(p, (world) => call(world, n, algorithm));
        t.is(sent.messages, expected, `p = ${p}`);
      }
    },
  );
}

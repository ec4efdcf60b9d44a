/**
 * Every algorithm of every collective operation, each result compared with what one process would come to:
 * `collectives.ts ALGORITHMS`, where ALGORITHMS is JSON: `{ "broadcast": ["binomial", …], … }`.
 */
import { deepStrictEqual } from 'node:assert';
import { finalize, max, sum, world } from 'tsmpi';

type Kind = (length: number, seed: number) => Float64Array | Int32Array | number[];

const { rank, size } = world;
const algorithms: Record<string, string[]> = JSON.parse(process.argv[2] ?? '{}');
const everyone = Array.from({ length: size }, (_, other) => other);

const KINDS: readonly Kind[] = [
  (length, seed) => Float64Array.from({ length }, (_, at) => ((at + 1) * (seed + 3)) % 1013),
  (length, seed) => Int32Array.from({ length }, (_, at) => ((at + 7) * (seed + 1)) % 1013),
  (length, seed) => Array.from({ length }, (_, at) => ((at + 5) * (seed + 2)) % 1013),
];

function combine<T extends Float64Array | Int32Array | number[]>(
  values: readonly T[],
  f: (a: number, b: number) => number,
): T {
  return values.reduce((left, right) => left.map((value, at) => f(value, right[at] ?? 0)) as T);
}

const add = (a: number, b: number): number => a + b;
const onRoot = <T>(root: number, value: T): T | undefined => (rank === root ? value : undefined);

/** One call and what it must come to here, for each operation. */
function callsOf(kind: Kind, length: number, root: number, algorithm: string | undefined) {
  const own = kind(length, rank);
  const all = everyone.map((other) => kind(length, other));
  const options = { root, algorithm };
  const blocks = everyone.map((dest) => kind(length, rank * size + dest));
  const received = everyone.map((source) => kind(length, source * size + rank));
  const values: Record<string, readonly [() => PromiseLike<unknown>, unknown]> = {
    barrier: [() => world.barrier({ algorithm }), undefined],
    broadcast: [() => world.broadcast(onRoot(root, own), options), all[root]],
    scatter: [() => world.scatter(onRoot(root, all), options), own],
    gather: [() => world.gather(own, options), onRoot(root, all)],
    allgather: [() => world.allgather(own, { algorithm }), all],
    alltoall: [() => world.alltoall(blocks, { algorithm }), received],
    reduce: [() => world.reduce(own, sum, options), onRoot(root, combine(all, add))],
    allreduce: [() => world.allreduce(own, max, { algorithm }), combine(all, Math.max)],
    reduceScatter: [() => world.reduceScatter(blocks, sum, { algorithm }), combine(received, add)],
    scan: [() => world.scan(own, sum, { algorithm }), combine(all.slice(0, rank + 1), add)],
    exscan: [
      () => world.exscan(own, sum, { algorithm }),
      rank === 0 ? undefined : combine(all.slice(0, rank), add),
    ],
  };
  return values;
}

/** The same of one typed array: parts of it go to the ranks, or come from them. */
function callsOfArrays(
  kind: Kind,
  length: number,
  root: number,
  algorithm: string | undefined,
): Record<string, readonly [() => PromiseLike<unknown>, unknown]> {
  const own = kind(length, rank);
  if (Array.isArray(own)) return {};
  const whole = kind(length * size, root) as Float64Array;
  const wholeOf = (other: number): Float64Array => kind(length * size, other) as Float64Array;
  const part = (array: Float64Array, at: number) => array.slice(length * at, length * at + length);
  const options = { root, algorithm };
  const joined = wholeOf(0).slice();
  const exchanged = wholeOf(0).slice();
  for (const other of everyone) {
    joined.set(kind(length, other), length * other);
    exchanged.set(part(wholeOf(other), rank), length * other);
  }
  const into = () => whole.slice().fill(0);
  return {
    broadcast: [() => world.broadcast(onRoot(root, whole), { ...options, into: into() }), whole],
    scatter: [
      () => world.scatter(onRoot(root, whole), { ...options, into: own.slice().fill(0) }),
      part(whole, rank),
    ],
    gather: [
      () => world.gather(own as Float64Array, { ...options, into: into() }),
      onRoot(root, joined),
    ],
    allgather: [() => world.allgather(own as Float64Array, { algorithm, into: into() }), joined],
    alltoall: [() => world.alltoall(wholeOf(rank), { algorithm, into: into() }), exchanged],
  };
}

/** Each kind, length and root; long arrays once. */
function* cases(): Generator<readonly [kind: Kind, length: number, root: number]> {
  const [first, ...others] = KINDS as readonly [Kind, ...Kind[]];
  for (const length of new Set([0, 1, size - 1, size, size + 1])) {
    for (const root of [0, size - 1]) yield [first, length, root];
  }
  // All kinds with all lengths are tried within one process; here the way of each kind is.
  for (const kind of others) for (const root of [0, size - 1]) yield [kind, size + 1, root];
  // Too long to be eager.
  yield [first, 5003, size - 1];
}

let calls = 0;
for (const [operation, names] of Object.entries(algorithms)) {
  for (const algorithm of [undefined, ...names]) {
    for (const [kind, length, root] of cases()) {
      const call = callsOf(kind, length, root, algorithm)[operation];
      if (call === undefined) throw new Error(`${operation} is not tried`);
      const ofArrays = callsOfArrays(kind, length, root, algorithm)[operation];
      for (const [start, expected] of ofArrays === undefined ? [call] : [call, ofArrays]) {
        deepStrictEqual(await start(), expected, `${operation} by ${algorithm}, ${length}`);
        calls += 1;
      }
    }
  }
}
await finalize();
if (rank === 0) console.log(`${calls} calls`);

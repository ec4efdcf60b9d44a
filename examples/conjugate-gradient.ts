// Solve A x = b by conjugate gradients, A being the matrix with 2 on its diagonal and −1 beside it.
// Vectors are cut in pieces: A needs the neighbours' ends, and each dot product is an allreduce.
// predict: how many messages does each rank send in one iteration?
// run: tsrun -n 4 examples/conjugate-gradient.ts
// ranks: 1-8
// change: put only one 1 into b: `const b = piece((row) => (row === 0 ? 1 : 0))`.
// explain: a row of A knows its neighbours alone, so a value gets one row further in an iteration.
//   From one end to the other that takes as many iterations as there are rows.
// prints, with any number of ranks:
//   64 unknowns: solved after 32 iterations
import { finalize, PROC_NULL, sum, waitAll, world } from 'tsmpi';

type Vector = Float64Array;

const ROWS = 64;
const SMALL = 1e-9;

const { rank, size } = world;
const first = Math.floor((rank * ROWS) / size);
const end = Math.floor(((rank + 1) * ROWS) / size);
const left = rank > 0 ? rank - 1 : PROC_NULL;
const right = rank < size - 1 ? rank + 1 : PROC_NULL;

const b = piece(() => 1);

const x = piece(() => 0);
const residual = b.slice();
const direction = b.slice();
let norm = await dot(residual, residual);
let iterations = 0;
while (Math.sqrt(norm) > SMALL) {
  const image = await timesA(direction);
  const length = norm / (await dot(direction, image));
  add(x, length, direction);
  add(residual, -length, image);

  const newNorm = await dot(residual, residual);
  scale(direction, newNorm / norm);
  add(direction, 1, residual);
  norm = newNorm;
  iterations += 1;
}

const error = await timesA(x);
add(error, -1, b);
const errorNorm = Math.sqrt(await dot(error, error));
if (!(errorNorm < 10 * SMALL)) throw new Error(`A x differs from b by ${errorNorm}`);
if (iterations > ROWS) throw new Error(`it took ${iterations} iterations for ${ROWS} rows`);
if (rank === 0) console.log(`${ROWS} unknowns: solved after ${iterations} iterations`);
await finalize();

/** This rank's piece of a vector. */
function piece(element: (row: number) => number): Vector {
  return Float64Array.from({ length: end - first }, (_, index) => element(first + index));
}

async function dot(u: Vector, v: Vector): Promise<number> {
  return await world.allreduce(
    u.reduce((total, element, index) => total + element * v[index]!, 0),
    sum,
  );
}

async function timesA(v: Vector): Promise<Vector> {
  const [above, below] = await waitAll([
    world.sendReceive<number>(v.at(-1), right, left),
    world.sendReceive<number>(v[0], left, right),
  ]);
  // Nothing comes from PROC_NULL, and beyond the ends the vector is 0.
  const at = (index: number): number => v[index] ?? (index < 0 ? above : below) ?? 0;
  return v.map((element, index) => 2 * element - at(index - 1) - at(index + 1));
}

function add(to: Vector, factor: number, v: Vector): void {
  for (let index = 0; index < to.length; index += 1) to[index]! += factor * v[index]!;
}

function scale(v: Vector, factor: number): void {
  for (let index = 0; index < v.length; index += 1) v[index]! *= factor;
}

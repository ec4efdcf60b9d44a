// The product of two matrices whose blocks lie on a square grid of ranks. In each round every rank
// multiplies the two blocks it has; then those of A move to the left, and those of B up (Cannon).
// predict: how many of 8 ranks have something to do?
// run: tsrun -n 4 examples/cannon.ts
// ranks: 1-8
// change: leave out the first move of A: `let a = block(valueOfA, i, j)`.
// explain: after the first moves the rank in row i and column j has A[i, i + j] and B[i + j, j]. The
//   inner indices agree, and go on to agree as both move by one; without it they do in row 0 alone.
// prints:
//   4 of 4 ranks multiplied two matrices of 12 x 12 in 2 rounds
import { finalize, max, world } from 'tsmpi';

const LENGTH = 12;

const side = Math.floor(Math.sqrt(world.size));
const width = LENGTH / side;
if (!Number.isInteger(width)) throw new Error(`${LENGTH} rows are no ${side} blocks of one size`);

const grid = await world.cartesian([side, side], { periods: [true, true] });
// Ranks that are too many for the square have no grid, and nothing to do.
if (grid !== undefined) {
  const [i = 0, j = 0] = grid.coordinates;

  /** Move the blocks of all ranks so far along a dimension. */
  const move = (own: Float64Array, dimension: number, distance: number) => {
    const { source, dest } = grid.shift(dimension, distance);
    return grid.sendReceive<Float64Array>(own, dest, source);
  };

  let a = await move(block(valueOfA, i, j), 1, -i);
  let b = await move(block(valueOfB, i, j), 0, -j);
  const product = new Float64Array(width * width);
  for (let round = 0; round < side; round += 1) {
    addProduct(product, a, b);
    a = await move(a, 1, -1);
    b = await move(b, 0, -1);
  }

  const expected = block(valueOfProduct, i, j);
  const errors = product.map((value, index) => Math.abs(value - expected[index]!));
  const error = await grid.allreduce(Math.max(...errors), max);
  if (!(error < 1e-12)) throw new Error(`the product is off by ${error}`);
  if (grid.rank === 0) {
    const matrices = `two matrices of ${LENGTH} x ${LENGTH}`;
    console.log(`${grid.size} of ${world.size} ranks multiplied ${matrices} in ${side} rounds`);
  }
}
await finalize();

function valueOfA(row: number, column: number): number {
  return 1 / (row + column + 1);
}

function valueOfB(row: number, column: number): number {
  return row - 2 * column;
}

function valueOfProduct(row: number, column: number): number {
  let sum = 0;
  for (let k = 0; k < LENGTH; k += 1) sum += valueOfA(row, k) * valueOfB(k, column);
  return sum;
}

/** Block [i, j] of a matrix, row after row. */
function block(value: typeof valueOfA, i: number, j: number): Float64Array {
  return Float64Array.from({ length: width * width }, (_, index) =>
    value(i * width + Math.floor(index / width), j * width + (index % width)),
  );
}

function addProduct(to: Float64Array, a: Float64Array, b: Float64Array): void {
  for (let index = 0; index < to.length; index += 1) {
    const row = index - (index % width);
    for (let k = 0; k < width; k += 1) {
      to[index]! += a[row + k]! * b[k * width + (index % width)]!;
    }
  }
}

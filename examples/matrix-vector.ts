// A matrix times a vector, again and again. Each rank has some rows of the matrix and the same piece
// of the vector; a row takes the whole vector, so allgather puts it together on every rank first.
// predict: a rank of 8 has an eighth of the matrix. Does it receive less than a rank of 2?
// run: tsrun -n 4 examples/matrix-vector.ts
// ranks: 1-8
// change: leave out the `await` before `world.allgather`.
// explain: a call only starts it. The rows are then multiplied by a vector of which pieces are
//   still under way, and nothing but the wrong result tells; `npx biome check` finds such a line.
// prints, with any number of ranks:
//   3 products of a 50 x 50 matrix are those of one rank alone
import { finalize, max, world } from 'tsmpi';

const LENGTH = 50;
const ROUNDS = 3;

const { rank, size } = world;
const first = Math.floor((rank * LENGTH) / size);
const end = Math.floor(((rank + 1) * LENGTH) / size);

const ownRows = rows(first, end);
const vector = new Float64Array(LENGTH);
let piece: Float64Array = new Float64Array(end - first).fill(1);
for (let round = 0; round < ROUNDS; round += 1) {
  // Pieces may differ in length: they come to lie one behind the other.
  await world.allgather(piece, { into: vector });
  piece = product(ownRows, vector);
}

let expected: Float64Array = new Float64Array(LENGTH).fill(1);
for (let round = 0; round < ROUNDS; round += 1) expected = product(rows(0, LENGTH), expected);
const errors = piece.map((value, index) => Math.abs(value / expected[first + index]! - 1));
const error = await world.reduce(Math.max(...errors), max);
if (error !== undefined) {
  if (!(error < 1e-12)) throw new Error(`the products differ from those of one rank by ${error}`);
  console.log(`${ROUNDS} products of a ${LENGTH} x ${LENGTH} matrix are those of one rank alone`);
}
await finalize();

/** Some rows of the matrix, which has 1 / (row + column + 1) in each place. */
function rows(from: number, to: number): Float64Array[] {
  return Array.from({ length: to - from }, (_, index) =>
    Float64Array.from({ length: LENGTH }, (_, column) => 1 / (from + index + column + 1)),
  );
}

function product(matrix: readonly Float64Array[], vector: Float64Array): Float64Array {
  return Float64Array.from(matrix, (row) =>
    row.reduce((sum, value, column) => sum + value * vector[column]!, 0),
  );
}

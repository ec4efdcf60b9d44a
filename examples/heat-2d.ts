// A plate that is hot along its upper edge is cut into blocks, and the ranks form a grid as these do.
// Before each step they swap outermost rows and columns with the neighbours that shift tells them.
// predict: how many cells does a rank send if 4 ranks share the plate as 2 x 2, and how many as 4 x 1?
// run: tsrun -n 4 examples/heat-2d.ts
// ranks: 1-8
// change: join the left edge to the right one: `cartesian(dims, { periods: [false, true] })`.
// explain: where there was PROC_NULL there is now the rank at the other end, and the plate has become
//   a tube. That is not what one rank alone computes for a plate, and the check says so.
// prints:
//   2 x 2 blocks: after 50 steps the same plate as on one rank
import { dimsCreate, finalize, world } from 'tsmpi';

const LENGTH = 24;
const STEPS = 50;
const HOT = 100;

const dims = dimsCreate(world.size, 2);
const grid = await world.cartesian(dims);
if (grid === undefined) throw new Error('the grid has no place for this rank');
const [i = 0, j = 0] = grid.coordinates;
const [top, left] = [firstOf(0, i), firstOf(1, j)];
const [rows, columns] = [firstOf(0, i + 1) - top, firstOf(1, j + 1) - left];

// Row after row. The outermost on each side are an edge of the plate, or ghosts: copies from neighbours.
const width = columns + 2;
let block: Float64Array = new Float64Array((rows + 2) * width);
if (top === 0) block.fill(HOT, 0, width);

// Where the cells of a row and of a column lie.
const row = (r: number) => Array.from({ length: columns }, (_, index) => r * width + index + 1);
const column = (c: number) => Array.from({ length: rows }, (_, index) => (index + 1) * width + c);

/** Send the cells in some places to the next block along a dimension, and take those of the last. */
const move = async (dimension: number, distance: number, from: number[], to: number[]) => {
  const { source, dest } = grid.shift(dimension, distance);
  const cells = Float64Array.from(from, (place) => block[place]!);
  const ghosts = await grid.sendReceive<Float64Array | undefined>(cells, dest, source);
  for (const [index, value] of ghosts?.entries() ?? []) block[to[index]!] = value;
};

for (let step = 0; step < STEPS; step += 1) {
  await Promise.all([
    move(0, 1, row(rows), row(0)),
    move(0, -1, row(1), row(rows + 1)),
    move(1, 1, column(columns), column(0)),
    move(1, -1, column(1), column(columns + 1)),
  ]);
  block = next(block, width);
}

// The whole plate on one rank comes to the same, to the last bit.
let plate: Float64Array = new Float64Array((LENGTH + 2) ** 2).fill(HOT, 0, LENGTH + 2);
for (let step = 0; step < STEPS; step += 1) plate = next(plate, LENGTH + 2);

for (let r = 1; r <= rows; r += 1) {
  const own = row(r).map((place) => block[place]);
  const begin = (top + r) * (LENGTH + 2) + left + 1;
  const isEqual = own.every((cell, index) => cell === plate[begin + index]);
  if (!isEqual) throw new Error(`row ${r} of the block of rank ${grid.rank} is not as on one rank`);
}
await grid.barrier();
if (grid.rank === 0) {
  console.log(`${dims.join(' x ')} blocks: after ${STEPS} steps the same plate as on one rank`);
}
await finalize();

/** The first row or column of the blocks with this coordinate. */
function firstOf(dimension: number, coordinate: number): number {
  return Math.floor((coordinate * LENGTH) / dims[dimension]!);
}

/** Each cell takes the mean of its four neighbours. */
function next(cells: Float64Array, width: number): Float64Array {
  return Float64Array.from(cells, (value, at) => {
    const above = cells[at - width];
    const below = cells[at + width];
    const isOutermost = above === undefined || below === undefined || (at + 1) % width < 2;
    return isOutermost ? value : (above + below + cells[at - 1]! + cells[at + 1]!) / 4;
  });
}

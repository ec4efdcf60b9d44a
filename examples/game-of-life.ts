// Conway's game of life on a board without edges. A cell counts its eight neighbours, so a halo has
// corners: columns move first, then rows together with what has just come beside them.
// predict: of whom does a rank get its corner cells, in a grid of 3 x 3 ranks?
// run: tsrun -n 4 examples/game-of-life.ts
// ranks: 1-8
// change: put the two lines that move rows above those that move columns.
// explain: a corner comes in two moves: to the neighbour beside, and with its row from there. Rows that
//   move first bring what stood in the corners before, and the glider breaks when it comes to one.
// prints, in this order, with any number of ranks:
//   ........
//   ........
//   ........
//   ....#...
//   .....#..
//   ...###..
//   ........
//   ........
import { finalize, world } from 'tsmpi';

const LENGTH = 8;
const GENERATIONS = 12;

const grid = await world.cartesian([0, 0], { periods: [true, true] });
if (grid === undefined) throw new Error('the grid has no place for this rank');
const [i = 0, j = 0] = grid.coordinates;
/** The first row or column of the blocks with this coordinate. */
const firstOf = (dimension: number, coordinate: number) =>
  Math.floor((coordinate * LENGTH) / grid.dims[dimension]!);
const [top, left] = [firstOf(0, i), firstOf(1, j)];
const [rows, columns] = [firstOf(0, i + 1) - top, firstOf(1, j + 1) - left];

// Row after row. The outermost on each side are ghosts: copies from neighbours.
const width = columns + 2;
let cells = new Uint8Array((rows + 2) * width);
const row = (r: number) => Array.from({ length: width }, (_, index) => r * width + index);
const column = (c: number) => Array.from({ length: rows }, (_, index) => (index + 1) * width + c);

// The cells of this rank itself, and their rows and columns on the whole board.
const ownPlaces = Array.from({ length: rows }, (_, index) => row(index + 1).slice(1, -1)).flat();
const onBoard = (place: number) =>
  `${top + Math.floor(place / width) - 1},${left + (place % width) - 1}`;
for (const place of ownPlaces) cells[place] = Number(glider(0).includes(onBoard(place)));

/** Send the cells in some places to the next block along a dimension, and take those of the last. */
const move = async (dimension: number, distance: number, from: number[], to: number[]) => {
  const { source, dest } = grid.shift(dimension, distance);
  const own = Uint8Array.from(from, (place) => cells[place]!);
  const ghosts = await grid.sendReceive<Uint8Array>(own, dest, source);
  for (const [index, cell] of ghosts.entries()) cells[to[index]!] = cell;
};

for (let generation = 0; generation < GENERATIONS; generation += 1) {
  await move(1, 1, column(columns), column(0));
  await move(1, -1, column(1), column(columns + 1));
  await move(0, 1, row(rows), row(0));
  await move(0, -1, row(1), row(rows + 1));
  cells = cells.map((cell, place) => {
    const around = [place - width, place, place + width].flatMap((at) => [at - 1, at, at + 1]);
    const alive = around.reduce((sum, at) => sum + (cells[at] ?? 0), -cell);
    return Number(alive === 3 || (alive === 2 && cell === 1));
  });
}

const lists = await grid.gather(ownPlaces.filter((place) => cells[place] === 1).map(onBoard));
if (lists !== undefined) {
  const alive = lists.flat().sort();
  for (let r = 0; r < LENGTH; r += 1) {
    const line = Array.from({ length: LENGTH }, (_, c) => alive.includes(`${r},${c}`));
    console.log(line.map((lives) => (lives ? '#' : '.')).join(''));
  }
  const expected = glider(GENERATIONS / 4);
  if (`${alive}` !== `${expected}`) throw new Error(`${expected} should be alive, not ${alive}`);
}
await finalize();

/** The cells of a glider that has moved so far down and to the right. */
function glider(moved: number): string[] {
  const columns = [1, 2, 0, 1, 2];
  return [0, 1, 2, 2, 2].map((r, index) => `${r + moved},${columns[index]! + moved}`);
}

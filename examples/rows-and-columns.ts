// Ranks sit in a table, and split makes a communicator of each row and of each column. There a rank
// has another number than in the world, and collective calls are those of a row or a column.
// predict: what number has rank 5 in its row, and what in its column?
// run: tsrun -n 8 examples/rows-and-columns.ts
// ranks: 1-8
// change: give the split into rows a key: `world.split(rowOf(rank), -rank)`.
// explain: the color says who comes together, the key in which order: now each row begins at its
//   other end. Ranks with the same key, as when it is left out, keep the order they had.
// prints:
//   rank 0: number 0 of 3 in its row, sum 3; number 0 of 3 in its column, sum 9
//   rank 1: number 1 of 3 in its row, sum 3; number 0 of 3 in its column, sum 12
//   rank 2: number 2 of 3 in its row, sum 3; number 0 of 2 in its column, sum 7
//   rank 3: number 0 of 3 in its row, sum 12; number 1 of 3 in its column, sum 9
//   rank 4: number 1 of 3 in its row, sum 12; number 1 of 3 in its column, sum 12
//   rank 5: number 2 of 3 in its row, sum 12; number 1 of 2 in its column, sum 7
//   rank 6: number 0 of 2 in its row, sum 13; number 2 of 3 in its column, sum 9
//   rank 7: number 1 of 2 in its row, sum 13; number 2 of 3 in its column, sum 12
import { finalize, sum, world } from 'tsmpi';

const COLUMNS = 3;

const { rank, size } = world;

const row = await world.split(rowOf(rank));
const column = await world.split(columnOf(rank));

const rowSum = await row.allreduce(rank, sum);
const columnSum = await column.allreduce(rank, sum);
console.log(
  `rank ${rank}: number ${row.rank} of ${row.size} in its row, sum ${rowSum}; ` +
    `number ${column.rank} of ${column.size} in its column, sum ${columnSum}`,
);

check('row', rowSum, (other) => rowOf(other) === rowOf(rank));
check('column', columnSum, (other) => columnOf(other) === columnOf(rank));
await finalize();

function rowOf(other: number): number {
  return Math.floor(other / COLUMNS);
}

function columnOf(other: number): number {
  return other % COLUMNS;
}

/** Fail unless this is the sum of the ranks that belong together. */
function check(what: string, found: number, belongs: (other: number) => boolean): void {
  let expected = 0;
  for (let other = 0; other < size; other += 1) if (belongs(other)) expected += other;
  if (found !== expected) throw new Error(`the sum of the ${what} is ${found}, not ${expected}`);
}

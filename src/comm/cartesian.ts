import { show } from '../base/show.ts';
import { whatOf } from '../collective/call/signature.ts';
import type { Neighbors } from '../collective/neighbor/neighbor.ts';
import { type Caller, wrong } from '../pt2pt/check.ts';
import type { Request } from '../request/request.ts';
import { dimsCreate } from '../topology/dims-create.ts';
import { Grid } from '../topology/grid.ts';
import { blame } from './blame.ts';
import { agree, type CreateOptions, checkCreation, type Terms } from './creation.ts';
import type { Parts } from './parts.ts';

const CARTESIAN = whatOf('cartesian');
const SUB = whatOf('sub');

/** How a grid may be laid out. */
export interface CartesianOptions extends CreateOptions {
  /** For each dimension, whether its last rank is followed by its first; for none if left out. */
  readonly periods?: readonly boolean[] | undefined;
  /** Whether ranks may be numbered anew to suit the machine. So far they keep their order either way. */
  readonly reorder?: boolean | undefined;
}

/** Lay the first ranks of a communicator out in a grid: one broadcast of a context. */
export function cartesian<C>(
  parts: Parts,
  dims: readonly number[],
  options: CartesianOptions,
  make: (parts: Parts, grid: Grid) => C,
): Request<C | undefined> {
  const { calls, maker } = parts;
  const { endpoint, rank, size } = calls;
  checkCreation(endpoint, 'cartesian', options);
  const grid = layOut(endpoint, dims, options);
  const name = parts.name.derive('grid', options.name);
  return calls.start(CARTESIAN, 0, options, async (channel) => {
    const context = await agree(channel, parts, termsOf(grid));
    if (rank >= grid.size) return undefined;
    const group =
      grid.size === size ? parts.group : parts.group.includeRanges([[0, grid.size - 1, 1]]);
    return make(maker.open({ context, group, name }), grid);
  });
}

/** Cut a grid into smaller ones, each with a communicator of its own: one broadcast of a context. */
export function sub<C>(
  parts: Parts,
  grid: Grid,
  remain: readonly boolean[],
  options: CreateOptions,
  make: (parts: Parts, grid: Grid) => C,
): Request<C> {
  const { calls, maker, group } = parts;
  const { endpoint, rank, size } = calls;
  checkCreation(endpoint, 'sub', options);
  const own = blame(endpoint, 'sub', () => grid.sub(rank, remain));
  const name = parts.name.derive('sub-grid', options.name);
  const terms: Terms = {
    numbers: remain.map(Number),
    describe: (numbers) => `remain [${numbers.map(Boolean).join(', ')}]`,
  };
  return calls.start(SUB, 0, options, async (channel) => {
    const context = await agree(channel, parts, terms);
    const places = Array.from({ length: size }, (_, other) => grid.sub(other, remain));
    const ranks = [...places.keys()].filter((other) => places[other]?.color === own.color);
    return make(maker.open({ context, group: group.include(ranks), name }), own.grid);
  });
}

/** The neighbours of a rank of a grid, in MPI's order. @see MPI-4.1 §8.6 */
export function neighborsIn(grid: Grid, rank: number): Neighbors {
  const ranks = grid.neighbors(rank);
  // What goes to the rank before arrives there from the rank behind, even if both are the same.
  return { sources: ranks, destinations: ranks, order: ranks.map((_, at) => at ^ 1) };
}

function layOut(caller: Caller, dims: readonly number[], { periods }: CartesianOptions): Grid {
  const { size } = caller;
  if (!Array.isArray(dims)) {
    const text = `dims must be an array such as [3, 2], not ${show(dims)}`;
    throw wrong(caller, 'cartesian', 'ERR_ARG', text);
  }
  const grid = blame(caller, 'cartesian', () => {
    const full = dims.includes(0) ? dimsCreate(size, dims) : dims;
    return new Grid(full, periods);
  });
  if (grid.size <= size) return grid;
  const text = `dims [${dims.join(', ')}] are ${grid.size} ranks, and this communicator has ${size}; choose smaller ones, or 0 for one that is to fit`;
  throw wrong(caller, 'cartesian', 'ERR_ARG', text);
}

function termsOf({ dims, periods }: Grid): Terms {
  return {
    numbers: [...dims, ...periods.map(Number)],
    describe: (numbers) => {
      const [extents, flags] = [
        numbers.slice(0, numbers.length / 2),
        numbers.slice(numbers.length / 2),
      ];
      return `dims [${extents.join(', ')}] with periods [${flags.map(Boolean).join(', ')}]`;
    },
  };
}

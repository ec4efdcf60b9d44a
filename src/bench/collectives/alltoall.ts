import { world } from 'tsmpi';
import type { Exercise } from '../pace.ts';
import { checkArray } from './array.ts';
import { eachAlone } from './each-alone.ts';

/** Send an array to each rank, itself included, and receive as many into one. */
export function alltoall(bytes: number): Exercise {
  const { rank, size } = world;
  const blocks = (of: (peer: number, at: number) => number): Uint8Array =>
    Uint8Array.from({ length: bytes * size }, (_, i) => of(Math.floor(i / bytes), i % bytes));
  const array = blocks((peer, at) => between(rank, peer, at));
  const expected = blocks((peer, at) => between(peer, rank, at));
  const into = new Uint8Array(bytes * size);
  const options = { into };
  return eachAlone({
    clear: () => into.fill(0),
    call: () => world.alltoall(array, options),
    check: () => checkArray(into, expected),
  });
}

/** What one rank sends to another at this place. */
function between(source: number, dest: number, at: number): number {
  return (at * 31 + source * 7 + dest * 13) % 251;
}

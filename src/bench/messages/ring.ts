import { world } from 'tsmpi';
import type { Exercise } from '../pace.ts';
import { checkMark, mark, nextMark, writtenArray } from './array.ts';

const TOKEN_BYTES = 8;

/** Pass a token of 8 bytes around all ranks of the world. */
export function ring(): Exercise {
  const { rank, size } = world;
  const next = (rank + 1) % size;
  const previous = (rank - 1 + size) % size;
  const token = writtenArray(TOKEN_BYTES);
  const options = { into: token };
  let marked = 0;

  async function first(count: number): Promise<void> {
    for (let i = 0; i < count; i += 1) {
      await world.send(token, next);
      await world.receive(previous, options);
    }
  }
  async function other(count: number): Promise<void> {
    for (let i = 0; i < count; i += 1) {
      await world.receive(previous, options);
      await world.send(token, next);
    }
  }
  return {
    ranks: size,
    prepare: () => {
      marked = nextMark(marked);
      if (rank === 0) mark(token, marked);
    },
    run: rank === 0 ? first : other,
    check: () => checkMark(token, TOKEN_BYTES, marked),
  };
}

/** What the types of pools promise; compiling this file is the test. */
import type { Communicator } from '../../src/comm/communicator.ts';
import type { Pool } from '../../src/pool/pool.ts';
import type { Request } from '../../src/request/request.ts';
import { isExactly } from '../helpers/is-exactly.ts';

declare const pool: Pool;
declare const world: Communicator;
declare function fib(n: number): number;
declare function later(n: number): Promise<string>;
declare function pair(a: number, b: string): boolean;
declare const endless: AsyncIterable<number>;

export function calls(): void {
  isExactly<Request<number[]>>()(pool.map(fib, [1, 2]));
  isExactly<Request<string[]>>()(pool.map(later, endless, { chunkSize: 3 }));
  isExactly<Request<boolean[]>>()(pool.starmap(pair, [[1, 'a']]));
  isExactly<Request<boolean>>()(pool.submit(pair, [1, 'a']));
  isExactly<AsyncIterableIterator<string, undefined>>()(pool.imap(later, new Set([1])));
  isExactly<AsyncIterableIterator<number, undefined>>()(pool.imapUnordered(fib, [1]));
  isExactly<Request<number[] | undefined>>()(world.map(fib, [1]));
  isExactly<Request<string[]>>()(world.map(later, [1], { all: true }));
}

export function mistakes(): void {
  // @ts-expect-error: fib takes numbers
  void pool.map(fib, ['x']);
  // @ts-expect-error: fib takes numbers
  pool.imap(fib, ['x']);
  // @ts-expect-error: the second argument is a string
  void pool.starmap(pair, [[1, 2]]);
  // @ts-expect-error: an argument is missing
  void pool.submit(pair, [1]);
  // @ts-expect-error: fib takes numbers
  void world.map(fib, ['x']);
}

import process from 'node:process';
import { threadId } from 'node:worker_threads';

/** The functions that the workers of a pool are measured with, whosever pool it is. */

/** Takes as long as its result is large: each number takes as long as the two before it. */
export function fib(n: number): number {
  return n <= 2 ? 1 : fib(n - 1) + fib(n - 2);
}

/** An item of no work at all. */
export function nothing(n: number): number {
  return n;
}

/** Tell one worker from another. */
export function who(_: number): string {
  return `${process.pid} ${threadId}`;
}

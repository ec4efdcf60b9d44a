import { assert } from '../base/error.ts';
import { Request } from './request.ts';
import type { Status } from './status.ts';

/** One completed request out of several. */
export interface Completed<T> {
  /** Its place in the list that was passed. */
  readonly index: number;
  readonly value: T;
  readonly status: Status | undefined;
}

/** A request, or undefined where the list has a gap: MPI's null request. */
export type MaybeRequest<T> = Request<T> | undefined;

/**
 * Wait for all requests.
 *
 * @returns their results in the order of the list; rejects with the first error
 * @see MPI-4.1 §3.7.5 MPI_Waitall
 */
export function waitAll<T extends readonly MaybeRequest<unknown>[]>(
  requests: T,
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  return Promise.all(requests) as Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }>;
}

/**
 * Wait until one of the requests is complete; the lowest index wins if several are.
 *
 * Put undefined in the place of a request that was dealt with, so that the next call goes on.
 *
 * @returns undefined if the list holds no request
 * @see MPI-4.1 §3.7.5 MPI_Waitany
 */
export function waitAny<T>(
  requests: readonly MaybeRequest<T>[],
): Promise<Completed<T> | undefined> {
  return waitFor(requests, testAny, undefined);
}

/**
 * Wait until at least one of the requests is complete.
 *
 * @returns all that are complete by then, in the order of the list; empty if it holds no request
 * @see MPI-4.1 §3.7.5 MPI_Waitsome
 */
export function waitSome<T>(requests: readonly MaybeRequest<T>[]): Promise<Completed<T>[]> {
  return waitFor(requests, (list) => nonEmpty(testSome(list)), []);
}

/**
 * Look, without waiting, whether all requests are complete.
 *
 * @returns their results, or undefined while one is under way
 * @see MPI-4.1 §3.7.5 MPI_Testall
 */
export function testAll<T>(requests: readonly MaybeRequest<T>[]): (T | undefined)[] | undefined {
  const active = requests.filter((request) => request !== undefined);
  if (!active.every((request) => request.test())) return undefined;
  return requests.map((request) => (request === undefined ? undefined : resultOf(request)));
}

/**
 * Look, without waiting, for a completed request; the lowest index wins.
 *
 * @throws the error of the request, if it failed
 * @see MPI-4.1 §3.7.5 MPI_Testany
 */
export function testAny<T>(requests: readonly MaybeRequest<T>[]): Completed<T> | undefined {
  for (const [index, request] of requests.entries()) {
    if (request?.test()) return completed(index, request);
  }
  return undefined;
}

/**
 * Look, without waiting, for all completed requests.
 *
 * @throws the error of the first of them that failed
 * @see MPI-4.1 §3.7.5 MPI_Testsome
 */
export function testSome<T>(requests: readonly MaybeRequest<T>[]): Completed<T>[] {
  const found: Completed<T>[] = [];
  for (const [index, request] of requests.entries()) {
    if (request?.test()) found.push(completed(index, request));
  }
  return found;
}

/** Complete `result` with what `look` finds as soon as it finds something. */
function waitFor<T, R>(
  requests: readonly MaybeRequest<T>[],
  look: (requests: readonly MaybeRequest<T>[]) => R | undefined,
  whenNone: R,
): Promise<R> {
  const result = new Request<R>();
  const active = requests.filter((request) => request !== undefined);
  if (active.length === 0) {
    Request.complete(result, whenNone);
    return result;
  }
  const tryToFinish = (): void => {
    if (result.test()) return;
    const failure = active.map(errorOf).find((makeError) => makeError !== undefined);
    const found = failure === undefined ? look(requests) : undefined;
    if (failure !== undefined) Request.fail(result, failure);
    else if (found !== undefined) Request.complete(result, found);
    else return;
    for (const request of active) Request.unfollow(request, result);
  };
  tryToFinish();
  if (!result.test()) for (const request of active) Request.follow(request, result, tryToFinish);
  return result;
}

function completed<T>(index: number, request: Request<T>): Completed<T> {
  return { index, value: resultOf(request), status: request.status };
}

function errorOf(request: Request<unknown>): (() => unknown) | undefined {
  return Request.outcome(request)?.makeError;
}

function resultOf<T>(request: Request<T>): T {
  const outcome = Request.outcome(request);
  assert(outcome !== undefined, 'the request is not complete');
  if (outcome.makeError === undefined) return outcome.value;
  Request.expectFailure(request);
  throw outcome.makeError();
}

function nonEmpty<T>(list: T[]): T[] | undefined {
  return list.length === 0 ? undefined : list;
}

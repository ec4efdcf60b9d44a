import { assert, MpiError } from '../base/error.ts';
import { show } from '../base/show.ts';
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
export function waitAll<T extends readonly MaybeRequest<unknown>[] | []>(
  requests: T,
): Promise<{ -readonly [K in keyof T]: Awaited<T[K]> }> {
  type Results = { -readonly [K in keyof T]: Awaited<T[K]> };
  // Whoever passes other promises, as plain JavaScript may, gets what `Promise.all` gives.
  if (!Array.isArray(requests) || !requests.every(isRequest))
    return Promise.all(requests) as Promise<Results>;
  return all(requests) as Promise<Results>;
}

/**
 * Wait until one of the requests is complete; the lowest index wins if several are.
 *
 * Put undefined in the place of a request that was dealt with, so that the next call goes on.
 *
 * @returns undefined if the list holds no request; rejects if the one that is complete has failed
 * @see MPI-4.1 §3.7.5 MPI_Waitany
 */
export function waitAny<T>(
  requests: readonly MaybeRequest<T>[],
): Promise<Completed<T> | undefined> {
  return waitFor('waitAny', requests, lookForOne, undefined, (completed) => errorOf(completed[0]));
}

/**
 * Wait until at least one of the requests is complete.
 *
 * @returns all that are complete by then, in the order of the list; empty if it holds no request;
 *   rejects with the first error if one of them has failed
 * @see MPI-4.1 §3.7.5 MPI_Waitsome
 */
export function waitSome<T>(requests: readonly MaybeRequest<T>[]): Promise<Completed<T>[]> {
  const firstError = (completed: readonly Request<T>[]) =>
    completed.map(errorOf).find((makeError) => makeError !== undefined);
  return waitFor('waitSome', requests, lookForAll, [], firstError);
}

/**
 * Look, without waiting, whether all requests are complete.
 *
 * @returns their results, or undefined while one is under way
 * @see MPI-4.1 §3.7.5 MPI_Testall
 */
export function testAll<T>(requests: readonly MaybeRequest<T>[]): (T | undefined)[] | undefined {
  checkRequests('testAll', requests);
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
  checkRequests('testAny', requests);
  return lookForOne(requests);
}

/**
 * Look, without waiting, for all completed requests.
 *
 * @throws the error of the first of them that failed
 * @see MPI-4.1 §3.7.5 MPI_Testsome
 */
export function testSome<T>(requests: readonly MaybeRequest<T>[]): Completed<T>[] {
  checkRequests('testSome', requests);
  return lookForAll(requests);
}

function lookForOne<T>(requests: readonly MaybeRequest<T>[]): Completed<T> | undefined {
  for (const [index, request] of requests.entries()) {
    if (request?.test()) return completed(index, request);
  }
  return undefined;
}

function lookForAll<T>(requests: readonly MaybeRequest<T>[]): Completed<T>[] {
  const found: Completed<T>[] = [];
  for (const [index, request] of requests.entries()) {
    if (request?.test()) found.push(completed(index, request));
  }
  return found;
}

/** Wait for all of them without a promise for each, which would cost as much as a short message. */
function all(list: readonly MaybeRequest<unknown>[]): Promise<unknown[]> {
  // The caller may put new requests into the list while these are under way.
  const requests = [...list];
  const result = new Request<unknown[]>();
  let left = 0;
  const failWith = (request: Request<unknown>): void => {
    const failure = errorOf(request);
    if (failure !== undefined && !result.test()) Request.fail(result, failure);
  };
  const completeIfAll = (): void => {
    if (left === 0 && !result.test()) Request.complete(result, requests.map(resultIfAny));
  };
  const onComplete = (request: Request<unknown>): void => {
    left -= 1;
    failWith(request);
    completeIfAll();
  };
  for (const request of requests) {
    if (request === undefined) continue;
    if (!request.test()) {
      left += 1;
      Request.follow(request, result, onComplete);
    } else if (errorOf(request) !== undefined) {
      Request.expectFailure(request);
      failWith(request);
    }
  }
  completeIfAll();
  return result;
}

/** @throws MpiError `ERR_ARG` if it is no list, or one of them is something else */
function checkRequests(call: string, requests: readonly MaybeRequest<unknown>[]): void {
  if (!Array.isArray(requests)) {
    throw new MpiError('ERR_ARG', `${call}: takes a list of requests, not ${show(requests)}`);
  }
  const wrong = requests.findIndex((request) => !isRequest(request));
  if (wrong >= 0) {
    const value: unknown = requests[wrong];
    const what = value instanceof Promise ? 'another promise' : show(value);
    throw new MpiError(
      'ERR_ARG',
      `${call}: requests[${wrong}] must be what an operation of tsmpi returned, or undefined, not ${what}; Promise.race and Promise.all take all promises`,
    );
  }
}

function isRequest(request: unknown): request is MaybeRequest<unknown> {
  return request === undefined || request instanceof Request;
}

function resultIfAny(request: MaybeRequest<unknown>): unknown {
  const outcome = request === undefined ? undefined : Request.outcome(request);
  return outcome?.makeError === undefined ? outcome?.value : undefined;
}

/**
 * As soon as some requests are complete, end with the failure among them that counts, or with what
 * `look` finds.
 */
function waitFor<T, R>(
  call: string,
  requests: readonly MaybeRequest<T>[],
  look: (requests: readonly MaybeRequest<T>[]) => R,
  whenNone: R,
  failureOf: (completed: readonly Request<T>[]) => (() => unknown) | undefined,
): Promise<R> {
  const result = new Request<R>();
  try {
    checkRequests(call, requests);
  } catch (error) {
    Request.fail(result, () => error);
    return result;
  }
  const active = requests.filter((request) => request !== undefined);
  if (active.length === 0) {
    Request.complete(result, whenNone);
    return result;
  }
  const tryToFinish = (): void => {
    if (result.test()) return;
    const completed = active.filter((request) => request.test());
    if (completed.length === 0) return;
    const failure = failureOf(completed);
    if (failure === undefined) Request.complete(result, look(requests));
    else Request.fail(result, failure);
    for (const request of active) Request.unfollow(request, result);
  };
  for (const request of active) Request.follow(request, result, tryToFinish);
  tryToFinish();
  return result;
}

function completed<T>(index: number, request: Request<T>): Completed<T> {
  return { index, value: resultOf(request), status: request.status };
}

function errorOf(request: Request<unknown> | undefined): (() => unknown) | undefined {
  return request === undefined ? undefined : Request.outcome(request)?.makeError;
}

function resultOf<T>(request: Request<T>): T {
  const outcome = Request.outcome(request);
  assert(outcome !== undefined, 'the request is not complete');
  if (outcome.makeError === undefined) return outcome.value;
  Request.expectFailure(request);
  throw outcome.makeError();
}

import { MpiError } from '../base/error.ts';
import { show } from '../base/show.ts';
import { Packed } from '../codec/payload.ts';
import type { Steps } from '../collective/call/calls.ts';
import { hashOf, whatOf } from '../collective/call/signature.ts';
import type { Channel } from '../collective/channel.ts';
import type { Limits } from '../match/limits.ts';
import { checkLimits, checkObject, wrong } from '../pt2pt/check.ts';
import type { Request } from '../request/request.ts';
import { endUnsendable, failedItem, sendable } from '../tasks/failure.ts';
import { type Answers, runWork, type TaskFunction, type Work } from '../tasks/run.ts';
import { MapLead, type MapResult } from './map-lead.ts';
import type { Parts } from './parts.ts';

const CALL = 'map';

/** How `map` hands out items. */
export interface MapOptions extends Limits {
  /** Whether all ranks get the results, the same on every rank; only rank 0 if left out. */
  readonly all?: boolean | undefined;
  /** So many items go to a rank together; 1 if left out. Counts on rank 0 alone. */
  readonly chunkSize?: number | undefined;
}

/** What rank 0 tells the others: more work, or that all is done. */
export type MapNews = Work | { readonly over: MapResult };

/**
 * Call a function for each item, on whichever rank is free: rank 0 hands out the items, and works itself in between.
 *
 * p - 1 ranks ask for work by answering what they had, so each chunk costs two messages; no rank gets all items.
 */
export function map(
  parts: Parts,
  fn: TaskFunction,
  items: Iterable<unknown> | undefined,
  options: MapOptions,
): Request<unknown> {
  const { calls } = parts;
  const { endpoint, rank } = calls;
  checkObject(endpoint, CALL, options);
  checkLimits(endpoint, CALL, options);
  const { all = false, chunkSize = 1 } = options;
  if (typeof fn !== 'function') {
    throw wrong(
      endpoint,
      CALL,
      'ERR_ARG',
      `the first argument must be a function, not ${show(fn)}`,
    );
  }
  if (!Number.isInteger(chunkSize) || chunkSize < 1) {
    const text = `chunkSize must be an integer from 1, not ${show(chunkSize)}`;
    throw wrong(endpoint, CALL, 'ERR_ARG', text);
  }
  const list = rank === 0 ? listOf(parts, items) : [];
  const algorithm = all ? 'all' : undefined;
  const now = (): number => calls.now();
  const who = `${endpoint.who}: ${CALL}`;
  const steps: Steps<unknown> = async (channel, request) => {
    const result =
      rank === 0
        ? await new MapLead({ channel, fn, list, chunkSize, now, all }).run(() => request.test())
        : await follow(channel, fn, now);
    if ('values' in result) return result.values;
    const { failure } = result;
    if (!('index' in failure)) throw new MpiError(failure.code, failure.text);
    throw failedItem(who, `rank ${failure.rank}`, failure, endpoint.ownWorldRank);
  };
  return calls.start(whatOf(CALL), hashOf({ algorithm }), options, steps);
}

function listOf({ calls }: Parts, items: Iterable<unknown> | undefined): readonly unknown[] {
  const isIterable =
    typeof items === 'object' && items !== null && typeof items[Symbol.iterator] === 'function';
  if (isIterable) return [...items];
  const text = `rank 0 must give the items, an array or another iterable, not ${show(items)}`;
  throw wrong(calls.endpoint, CALL, 'ERR_ARG', text);
}

/** Do what rank 0 says, until it says that all is done. */
async function follow(channel: Channel, fn: TaskFunction, now: () => number): Promise<MapResult> {
  for (;;) {
    const news = (await channel.receive(0)) as MapNews;
    if ('over' in news) return news.over;
    await channel.send(packed(await runWork(fn, news, false, now)), 0);
  }
}

function packed(answers: Answers): Packed {
  const { failure } = answers;
  if (failure !== undefined) {
    answers.failure = { ...failure, error: sendable(failure.error) };
  }
  try {
    return Packed.of(answers);
  } catch (error) {
    return Packed.of(endUnsendable(answers, error));
  }
}

import type { WaitKind } from '../base/wait-kind.ts';
import type { Wait } from '../control/message.ts';
import type { Purpose } from '../match/endpoint.ts';
import { describeHoldup, type Holdup } from '../match/holdup.ts';
import type { PendingOperation } from '../match/operation.ts';
import { Request } from '../request/request.ts';
import type { UserWait } from '../request/user-wait.ts';
import type { StackFilter } from './stack.ts';

/** Describe what a rank waits in, with the user's lines that wait for it. @param now  on the clock of `since` */
export async function describeWaits(
  all: readonly UserWait[],
  now: number,
  filter: StackFilter,
): Promise<Wait[]> {
  const waits = all.map(async ({ kind, request, call, waitsFor, since = now, lock, hint }) => {
    const stack = filter.userFrames(await Request.where(request));
    return { kind, call, waitsFor, sinceMs: now - since, stack, lock, hint };
  });
  return await Promise.all(waits);
}

/** Say of the wait of a worker for items that it is for nobody, but what the worker is there for. */
export function withServing(
  waits: readonly UserWait[],
  idle: Request<unknown> | undefined,
): readonly UserWait[] {
  return waits.map((wait) =>
    wait.request === idle ? { ...wait, kind: 'serving', waitsFor: [] } : wait,
  );
}

/**
 * What the user waits for in operations of the engine: one, or all those of one collective call, or what a call waits for
 * first.
 */
export function messageWaits(
  all: readonly PendingOperation<unknown>[],
  holdups: Iterable<Holdup>,
): UserWait[] {
  const found = new Map<Purpose | PendingOperation<unknown>, PendingOperation<unknown>[]>();
  for (const operation of all) {
    const key = operation.endpoint.purpose ?? operation;
    const operations = found.get(key);
    if (operations === undefined) found.set(key, [operation]);
    else operations.push(operation);
  }
  const own = [...found].map(([{ request, call }, operations]): UserWait => {
    const [only] = operations;
    const name = only?.endpoint.name;
    const shown = `${call}${name === undefined ? '' : ` in ${name}`}`;
    const kind = only?.endpoint.purpose === undefined ? (only?.kind ?? 'receive') : 'collective';
    const wait = userWait(kind, request, shown, operations);
    // Of a collective call all messages are its own.
    if (only === undefined || only.endpoint.purpose !== undefined || only.hint === '') return wait;
    return { ...wait, hint: only.hint };
  });
  const heldUp = [...holdups].map((holdup) =>
    userWait(
      'collective',
      holdup.request,
      `${holdup.call}, first ${describeHoldup(holdup)}`,
      holdup.operations(),
    ),
  );
  return [...own, ...heldUp];
}

function userWait(
  kind: WaitKind,
  request: Request<unknown>,
  call: string,
  operations: readonly PendingOperation<unknown>[],
): UserWait {
  const starts = operations.flatMap(({ since }) => since ?? []);
  return {
    kind,
    request,
    call,
    waitsFor: [...new Set(operations.flatMap(({ waitsFor }) => waitsFor))],
    since: starts.length === 0 ? undefined : Math.min(...starts),
  };
}

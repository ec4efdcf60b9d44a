import type { Wait } from '../control/message.ts';
import type { Purpose } from '../match/endpoint.ts';
import type { Engine } from '../match/engine.ts';
import type { PendingOperation } from '../match/operation.ts';
import { Request } from '../request/request.ts';
import type { Question } from './launcher-spawner.ts';
import type { StackFilter } from './stack.ts';

/** What the user waits for: one operation, or all those of one collective call. */
interface UserWait {
  readonly request: Request<unknown>;
  readonly call: string;
  readonly operations: PendingOperation<unknown>[];
}

/**
 * Describe everything that a rank waits in, with the user's lines that wait for it.
 *
 * @param questions  what the launcher is to answer
 */
export async function describeWaits(
  engine: Engine,
  questions: readonly Pick<Question, 'request' | 'call' | 'since'>[],
  filter: StackFilter,
): Promise<Wait[]> {
  const now = engine.clock.now();
  const asked = questions.map(async ({ request, call, since }) => ({
    call,
    waitsFor: [],
    sinceMs: now - since,
    stack: filter.userFrames(await Request.where(request)),
  }));
  const waits = userWaits(engine.operations()).map(async ({ request, call, operations }) => {
    const since = Math.min(...operations.map((operation) => operation.since ?? now));
    return {
      call,
      waitsFor: [...new Set(operations.flatMap(({ waitsFor }) => waitsFor))],
      sinceMs: now - since,
      stack: filter.userFrames(await Request.where(request)),
    };
  });
  return await Promise.all([...waits, ...asked]);
}

function userWaits(all: readonly PendingOperation<unknown>[]): UserWait[] {
  const found = new Map<Purpose | PendingOperation<unknown>, UserWait>();
  for (const operation of all) {
    const { name, purpose } = operation.endpoint;
    const key = purpose ?? operation;
    const place = name === undefined ? '' : ` in ${name}`;
    const { request } = key;
    const wait = found.get(key) ?? { request, call: `${key.call}${place}`, operations: [] };
    wait.operations.push(operation);
    found.set(key, wait);
  }
  return [...found.values()];
}

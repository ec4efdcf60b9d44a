import type { Wait } from '../control/message.ts';
import type { Engine } from '../match/engine.ts';
import { Request } from '../request/request.ts';
import type { StackFilter } from './stack.ts';

/** Describe everything that a rank waits in, with the user's lines that wait for it. */
export async function describeWaits(engine: Engine, filter: StackFilter): Promise<Wait[]> {
  const now = engine.clock.now();
  const waits = engine.operations().map(async (operation) => ({
    call: operation.call,
    waitsFor: operation.waitsFor,
    sinceMs: operation.since === undefined ? 0 : now - operation.since,
    stack: filter.userFrames(await Request.where(operation.request)),
  }));
  return await Promise.all(waits);
}

import type { TypedArray } from '../../base/array-kind.ts';
import { isLimited } from '../../match/limits.ts';
import { checkInto, NO_OPTIONS } from '../../pt2pt/check.ts';
import type { Request } from '../../request/request.ts';
import { pack, roomIn, unpackInto } from '../block/value.ts';
import type { Calls } from '../call/calls.ts';
import { hashOf, whatOf } from '../call/signature.ts';
import { type CollectiveOptions, checkOptions, checkRoot } from '../check.ts';
import { chosen, select } from '../select.ts';
import { announced } from './announced.ts';
import { linear } from './linear.ts';

/** How a broadcast may differ from the plain one. */
export interface BroadcastOptions extends CollectiveOptions {
  /** The rank that has the value; 0 if left out. */
  readonly root?: number | undefined;
  /** On the other ranks: a typed array to be filled, and returned. */
  readonly into?: TypedArray | undefined;
}

/** Check the arguments of a broadcast. @throws MpiError */
function checkBroadcast(calls: Calls, options: BroadcastOptions): void {
  const { endpoint } = calls;
  checkOptions(endpoint, 'broadcast', options);
  const { root = 0, into } = options;
  checkRoot(endpoint, 'broadcast', root);
  checkInto(endpoint, 'broadcast', into);
}

/** Start a broadcast. */
export function broadcast(
  calls: Calls,
  value: unknown,
  options: BroadcastOptions,
): Request<unknown> {
  if (options !== NO_OPTIONS) checkBroadcast(calls, options);
  const { root = 0, into } = options;
  const algorithm = chosen(calls, 'broadcast', options.algorithm);
  const isRoot = calls.rank === root;
  const packed = isRoot ? pack(calls.endpoint, 'broadcast', value, isLimited(options)) : undefined;
  // All ranks know this much; of a value that goes in another way the root says so first.
  const first = algorithm ?? select(calls, 'broadcast', {});
  const way =
    packed === undefined || first === 'linear' || algorithm !== undefined
      ? first
      : select(calls, 'broadcast', { bytes: packed.bytes.length });
  const room = roomIn(into, options);
  const hash = hashOf({ algorithm });
  return calls.start(whatOf('broadcast', root), hash, options, async (channel, request) => {
    const arrived =
      first === 'linear'
        ? await linear(channel, root, packed, room)
        : await announced(channel, root, way, packed, room);
    if (isRoot) return value;
    return request.test() ? into : unpackInto(arrived, into);
  });
}

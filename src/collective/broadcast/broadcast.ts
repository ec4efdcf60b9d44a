import type { TypedArray } from '../../base/array-kind.ts';
import { Packed } from '../../codec/payload.ts';
import { checkInto } from '../../pt2pt/check.ts';
import type { Request } from '../../request/request.ts';
import type { Calls } from '../calls.ts';
import { type CollectiveOptions, checkOptions, checkRoot } from '../check.ts';
import { whatOf } from '../signature.ts';
import { binomial } from './binomial.ts';

/** How a broadcast may differ from the plain one. */
export interface BroadcastOptions extends CollectiveOptions {
  /** The rank that has the value; 0 if left out. */
  readonly root?: number | undefined;
  /** On the other ranks: a typed array to be filled, and returned. */
  readonly into?: TypedArray | undefined;
}

/** Start a broadcast. */
export function broadcast(
  calls: Calls,
  value: unknown,
  options: BroadcastOptions,
): Request<unknown> {
  checkOptions(calls.endpoint, 'broadcast', options);
  const { root = 0, into } = options;
  checkRoot(calls.endpoint, 'broadcast', root);
  checkInto(calls.endpoint, 'broadcast', into);
  const isRoot = calls.rank === root;
  const packed = isRoot ? Packed.of(value) : undefined;
  const room = into === undefined ? undefined : () => into;
  return calls.start(whatOf('broadcast', root), 0, options, async (channel) => {
    const arrived = await binomial(channel, root, packed, room);
    if (isRoot) return value;
    return into ?? arrived.unpack();
  });
}

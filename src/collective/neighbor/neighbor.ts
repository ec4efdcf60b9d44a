import { PROC_NULL } from '../../base/constants.ts';
import { show } from '../../base/show.ts';
import { isLimited, type Limits } from '../../match/limits.ts';
import { checkLimits, checkObject, wrong } from '../../pt2pt/check.ts';
import type { Request } from '../../request/request.ts';
import { pack } from '../block/value.ts';
import type { Calls } from '../call/calls.ts';
import { whatOf } from '../call/signature.ts';
import { allSent, type Channel } from '../channel.ts';

/** Whom a rank exchanges values with; PROC_NULL for nobody. */
export interface Neighbors {
  /** The ranks that values come from. */
  readonly sources: readonly number[];
  /** The ranks that values go to. */
  readonly destinations: readonly number[];
  /**
   * The places of `sources` in the order of receiving. Of several messages from one rank the first in this order is the
   * first in the order of its destinations.
   */
  readonly order: readonly number[];
}

const ALLGATHER = whatOf('neighborAllgather');
const ALLTOALL = whatOf('neighborAlltoall');

/** Start to exchange one value with all neighbours. */
export function neighborAllgather(
  calls: Calls,
  neighbors: Neighbors,
  value: unknown,
  options: Limits,
): Request<unknown[]> {
  const call = 'neighborAllgather';
  checkObject(calls.endpoint, call, options);
  checkLimits(calls.endpoint, call, options);
  const packed = pack(calls.endpoint, call, value, isLimited(options));
  const values = neighbors.destinations.map(() => packed);
  return calls.start(ALLGATHER, 0, options, (channel) => exchange(channel, neighbors, values));
}

/** Start to send each neighbour a value of its own. */
export function neighborAlltoall(
  calls: Calls,
  neighbors: Neighbors,
  values: readonly unknown[],
  options: Limits,
): Request<unknown[]> {
  const { endpoint } = calls;
  const call = 'neighborAlltoall';
  checkObject(endpoint, call, options);
  checkLimits(endpoint, call, options);
  const { length } = neighbors.destinations;
  if (!Array.isArray(values) || values.length !== length) {
    const given = Array.isArray(values) ? `an array of ${values.length}` : show(values);
    const text = `the values must be an array of ${length}, one for each destination, not ${given}`;
    throw wrong(endpoint, call, 'ERR_COUNT', text);
  }
  const packed = values.map((value, at) =>
    neighbors.destinations[at] === PROC_NULL
      ? undefined
      : pack(endpoint, call, value, isLimited(options)),
  );
  return calls.start(ALLTOALL, 0, options, (channel) => exchange(channel, neighbors, packed));
}

/** Send to all neighbours and receive from all, everything at once. */
async function exchange(
  channel: Channel,
  { sources, destinations, order }: Neighbors,
  values: readonly unknown[],
): Promise<unknown[]> {
  const sends = destinations.flatMap((dest, at) =>
    dest === PROC_NULL ? [] : [channel.send(values[at], dest)],
  );
  const received: unknown[] = sources.map(() => undefined);
  const receives = order
    .filter((at) => sources[at] !== PROC_NULL)
    .map((at) => [at, channel.receive(sources[at] as number)] as const);
  for (const [at, receive] of receives) received[at] = await receive;
  await allSent(sends);
  return received;
}

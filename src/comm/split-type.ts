import { show } from '../base/show.ts';
import { wrong } from '../pt2pt/check.ts';
import type { Request } from '../request/request.ts';
import { type CreateOptions, refuseSpanning } from './creation.ts';
import type { Parts } from './parts.ts';
import { split } from './split.ts';

/** Split a communicator by hosts. */
export function splitType<C>(
  parts: Parts,
  type: 'shared',
  key: number,
  options: CreateOptions,
  make: (parts: Parts) => C,
): Request<C> {
  const { calls, maker } = parts;
  const { endpoint } = calls;
  if (type !== 'shared') {
    const text = `there is no type ${show(type)}; there is 'shared'`;
    throw wrong(endpoint, 'splitType', 'ERR_ARG', text);
  }
  refuseSpanning(parts, 'splitType', 'split by a color of your own');
  const host = maker.hostOf(endpoint.ownWorldRank);
  return split(parts, host, key, options, make) as Request<C>;
}

import { whatOf } from '../collective/call/signature.ts';
import type { Request } from '../request/request.ts';
import { attempt } from './attempt.ts';
import { agree, type CreateOptions, checkCreation } from './creation.ts';
import type { Parts } from './parts.ts';

const DUPLICATE = whatOf('duplicate');

/**
 * Duplicate a communicator: one broadcast of a context.
 *
 * @param make  makes it of its parts
 */
export function duplicate<C>(
  parts: Parts,
  options: CreateOptions,
  make: (parts: Parts) => C,
): Request<C> {
  const { calls, maker, group, remote } = parts;
  checkCreation(calls.endpoint, 'duplicate', options);
  const name = parts.name.derive('duplicate', options.name);
  return calls.start(DUPLICATE, 0, options, async (channel) => {
    // Of the attributes as they are now.
    const copies = attempt(() => parts.attributes.copy());
    const context = await agree(channel, parts);
    return make(maker.open({ context, group, remote, name, attributes: copies() }));
  });
}

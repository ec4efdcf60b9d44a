import { MpiError } from '../base/error.ts';
import { show } from '../base/show.ts';
import { Packed } from '../codec/payload.ts';
import { binomial } from '../collective/broadcast/binomial.ts';
import type { Channel } from '../collective/channel.ts';
import type { Limits } from '../match/limits.ts';
import { type Caller, checkLimits, checkObject, wrong } from '../pt2pt/check.ts';
import type { Maker } from './parts.ts';

/** How a communicator may be made. */
export interface CreateOptions extends Limits {
  /** For messages to people; if left out, it tells what the communicator was made of. */
  readonly name?: string | undefined;
}

/** @throws MpiError `ERR_ARG` for what are no options */
export function checkCreation(caller: Caller, call: string, options: CreateOptions): void {
  checkObject(caller, call, options);
  checkLimits(caller, call, options);
  const { name } = options;
  if (name === undefined || typeof name === 'string') return;
  throw wrong(caller, call, 'ERR_ARG', `the name must be a string, not ${show(name)}`);
}

/** What all ranks must have given alike, as numbers. */
export interface Terms {
  readonly numbers: readonly number[];
  /** Show them, in an error. */
  readonly describe: (numbers: readonly number[]) => string;
}

/**
 * Bring a new context from rank 0 to all, and compare what else must be alike: one broadcast.
 *
 * @throws MpiError `ERR_MISMATCH` if the terms of rank 0 are others than here
 */
export async function agree(channel: Channel, maker: Maker, terms?: Terms): Promise<number> {
  const mine = terms?.numbers ?? [];
  const packed = channel.rank === 0 ? Packed.of([maker.newContext(), ...mine]) : undefined;
  const arrived = (await binomial(channel, 0, packed)).unpack() as [number, ...number[]];
  const [context, ...theirs] = arrived;
  if (terms === undefined || String(theirs) === String(mine)) return context;
  const [there, here] = [terms.describe(theirs), terms.describe(mine)];
  throw new MpiError(
    'ERR_MISMATCH',
    `rank 0 gave ${there}, and this one ${here}; give the same on all ranks`,
  );
}

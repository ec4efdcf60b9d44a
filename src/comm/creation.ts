import { MpiError } from '../base/error.ts';
import { show } from '../base/show.ts';
import { Packed } from '../codec/payload.ts';
import { binomial } from '../collective/broadcast/binomial.ts';
import type { Channel } from '../collective/channel.ts';
import type { Limits } from '../match/limits.ts';
import { type Caller, checkLimits, checkObject, wrong } from '../pt2pt/check.ts';
import { allValues } from './all-values.ts';
import type { Parts } from './parts.ts';

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

/** What decides how the ranks of a communicator come to a context. */
export type Spanning = Pick<Parts, 'maker' | 'spans'>;

/** Propose a context for something new: the one who does so tells all, and then they `settle` on it. */
export function propose({ maker, spans }: Spanning): number {
  return spans ? maker.drawContext() : maker.newContext();
}

/**
 * Settle on the context that rank 0 has proposed, as it has told all.
 *
 * Within a job it is new for certain. Ranks of several jobs agree by trying: each says whether it is new to it, and if to one
 * it is not, rank 0 draws another. That costs an allgather, of which the first nearly always is the last.
 */
export async function settle(
  channel: Channel,
  { maker, spans }: Spanning,
  proposed: number,
): Promise<number> {
  if (!spans) return proposed;
  for (let context = proposed; ; ) {
    const news = await allValues(channel, maker.reserveContext(context));
    if (news.every((isNew) => isNew === true)) return context;
    const packed = channel.rank === 0 ? Packed.of(maker.drawContext()) : undefined;
    context = (await binomial(channel, 0, packed)).unpack() as number;
  }
}

/**
 * Refuse what only the ranks of one job can do.
 *
 * @throws MpiError `ERR_COMM`
 */
export function refuseSpanning({ calls, spans }: Parts, call: string, remedy: string): void {
  if (!spans) return;
  const text = `${calls.endpoint.name ?? 'the communicator'} spans jobs, and this works within one job alone; ${remedy}`;
  throw wrong(calls.endpoint, call, 'ERR_COMM', text);
}

/**
 * Bring a new context from rank 0 to all, and compare what else must be alike: one broadcast.
 *
 * @throws MpiError `ERR_MISMATCH` if the terms of rank 0 are others than here
 */
export async function agree(channel: Channel, made: Spanning, terms?: Terms): Promise<number> {
  const mine = terms?.numbers ?? [];
  const packed = channel.rank === 0 ? Packed.of([propose(made), ...mine]) : undefined;
  const arrived = (await binomial(channel, 0, packed)).unpack() as [number, ...number[]];
  const [proposed, ...theirs] = arrived;
  const context = await settle(channel, made, proposed);
  if (terms === undefined || String(theirs) === String(mine)) return context;
  const [there, here] = [terms.describe(theirs), terms.describe(mine)];
  throw new MpiError(
    'ERR_MISMATCH',
    `rank 0 gave ${there}, and this one ${here}; give the same on all ranks`,
  );
}

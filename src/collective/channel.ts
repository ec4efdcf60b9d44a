import type { TypedArray } from '../base/array-kind.ts';
import type { Packed } from '../codec/payload.ts';
import type { Room } from '../match/receive-operation.ts';
import type { Scratch } from '../match/scratch.ts';
import type { Request } from '../request/request.ts';

/**
 * The messages of one collective call, as its algorithm sees them.
 *
 * Messages from one rank to another arrive in the order in which they were sent, and meet those of no other call.
 * An algorithm may let a request go unawaited only if it has failed: then all that is under way ends with the call.
 * It must receive every message that its peers send it: what is left over tells of a rank in another call.
 */
export interface Channel {
  /** This rank. */
  readonly rank: number;
  /** The number of ranks that messages go to and come from. */
  readonly size: number;
  /** Memory for what is received and used up before the call is over. */
  readonly scratch: Scratch;
  /** @returns complete when the memory of the value may be changed */
  send(value: unknown, dest: number): Request<void>;
  /**
   * @param into  filled and returned; else the value has memory of its own
   * @param alone  whether to leave it to this rank to copy long data, since its sender is as busy with what it receives
   */
  receive(source: number, into?: TypedArray, alone?: boolean): Request<unknown>;
  /** Receive a value as it travels. @param room  chooses where it is put, once its size is known */
  receivePacked(source: number, room?: Room, alone?: boolean): Request<Packed>;
}

/** Chooses where what comes from each rank is put. Left out: in memory of its own. */
export type Places = (source: number) => Room;

/** Resolve once the memory of all that was sent may be changed. Mostly it may at once. */
export async function allSent(sends: readonly Request<void>[]): Promise<void> {
  for (const send of sends) if (!send.test()) await send;
}

/** Send to one rank and receive from another at the same time. @returns what came, when both are done */
export async function sendReceive(
  channel: Channel,
  value: unknown,
  dest: number,
  source: number,
  into?: TypedArray,
): Promise<unknown> {
  const sent = channel.send(value, dest);
  const received = await channel.receive(source, into, true);
  if (!sent.test()) await sent;
  return received;
}

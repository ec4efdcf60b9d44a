import { note, readNote } from '../../codec/bundle.ts';
import type { Packed } from '../../codec/payload.ts';
import type { Request } from '../../request/request.ts';
import type { Channel, Places } from '../channel.ts';

/**
 * Blocks above a bound travel directly, and a note in their place by the way of the others: so long ones are not copied at every stage,
 * and ranks need not agree on sizes that each knows of its own blocks alone.
 */

/** Longer blocks travel directly, where the choice of algorithm is left to the library. */
export const LONGEST_INLINE_BYTES: number = 4096;

/** What goes by the way of short blocks: the block or a note. */
export function inlineOrNote(block: Packed, longest: number): Packed {
  const { dataKind, bytes } = block;
  return bytes.length <= longest ? block : note(dataKind, bytes.length);
}

/** Receive the blocks for which there are notes, each from its own rank. @param alone  see `Channel.receive` */
export async function receiveNoted(
  channel: Channel,
  blocks: Packed[],
  places: Places | undefined,
  alone: boolean,
): Promise<void> {
  const receives: (Request<Packed> | undefined)[] = blocks.map((block, source) =>
    readNote(block) === undefined || source === channel.rank
      ? undefined
      : channel.receivePacked(source, places?.(source), alone),
  );
  for (const [source, receive] of receives.entries()) {
    if (receive !== undefined) blocks[source] = await receive;
  }
}

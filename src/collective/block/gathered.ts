import { arrayKindOf, type TypedArray } from '../../base/array-kind.ts';
import { show } from '../../base/show.ts';
import type { Packed } from '../../codec/payload.ts';
import { isLimited } from '../../match/limits.ts';
import { isTypedArray } from '../../op/typed-array.ts';
import { type Caller, checkInto, wrong } from '../../pt2pt/check.ts';
import type { CollectiveOptions } from '../check.ts';
import { checkPlaces, type Places } from './check-blocks.ts';
import { Placement } from './placement.ts';
import { isAt, overlap, ownCopy, pack } from './value.ts';

/** What the gathering operations take besides a value. */
export interface Gathering extends Places, CollectiveOptions {}

/** Check what a rank contributes, and where it wants the blocks of all. @throws MpiError */
export function checkGathering(
  caller: Caller,
  call: string,
  rank: number,
  value: unknown,
  options: Gathering,
): void {
  const { into, counts, displacements } = options;
  if (into === undefined) {
    if (counts === undefined && displacements === undefined) return;
    const text = 'counts and displacements say where blocks are put; give into as well';
    throw wrong(caller, call, 'ERR_ARG', text);
  }
  checkInto(caller, call, into);
  if (!isTypedArray(value)) {
    const what = arrayKindOf(value)?.name ?? show(value);
    const text = `into is filled with the typed arrays of all ranks, but this one gave ${what}`;
    throw wrong(caller, call, 'ERR_ARG', `${text}; give a typed array, or leave into out`);
  }
  checkPlaces(caller, call, value, options);
  if (counts === undefined || counts[rank] === value.length) return;
  const text = `counts[${rank}] is ${counts[rank]}, but the array of this rank has ${value.length} elements`;
  throw wrong(caller, call, 'ERR_COUNT', `${text}; they must be the same`);
}

/** Where arrays are put that are gathered into one, if the user wants them so. Arguments are checked. */
export function placementOf(
  value: unknown,
  size: number,
  { into, counts, displacements }: Gathering,
): Placement | undefined {
  if (into === undefined) return undefined;
  const likely = (value as TypedArray).length;
  return new Placement({ size, into, like: into, counts, displacements, likely });
}

/** Pack what a rank contributes. In `into` it may lie in its own place alone, where nothing else is put. */
export function packOwn(
  caller: Caller,
  call: string,
  rank: number,
  value: unknown,
  placement: Placement | undefined,
  options: Gathering,
): Packed {
  const packed = pack(caller, call, value, isLimited(options));
  const { into } = options;
  if (placement === undefined || into === undefined || !overlap(packed.bytes, into)) return packed;
  return isAt(packed.bytes, into, placement.offset(rank)) ? packed : ownCopy(packed);
}

/** Make the list of values; that of this rank is the very one it gave. */
export function unpackBlocks(blocks: readonly Packed[], rank: number, own: unknown): unknown[] {
  return blocks.map((block, source) => (source === rank ? own : block.unpack()));
}

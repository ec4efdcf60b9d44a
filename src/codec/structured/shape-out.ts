/**
 * The writer's memory of shapes: the key lists of objects it has sent.
 *
 * It outlives messages, so that the definition of a shape is made once; which shapes a message has
 * defined already is told by `message`, so that nothing need be cleared between messages.
 */

import { MAX_SHAPE_BYTES, MAX_SHAPE_KEYS } from './tag.ts';

/** How many shapes are remembered before all are forgotten. */
const CAPACITY = 1024;
/** How many shapes with the same first key are remembered before one takes another's place. */
const CANDIDATES = 16;

export interface OutShape {
  readonly keys: readonly string[];
  /** The encoded keys as NEW_RECORD carries them; made on first use. */
  definition: Uint8Array | undefined;
  /** The last message that defined it, and as which number. */
  message: number;
  number: number;
}

const byFirstKey = new Map<string, OutShape[]>();
let remembered = 0;
let latest: OutShape = { keys: [], definition: undefined, message: 0, number: 0 };

/** Find the shape of an object with these keys, which must not be empty. */
export function findShape(keys: readonly string[]): OutShape | undefined {
  // Objects of one shape come in a row more often than not.
  if (same(latest.keys, keys)) return latest;
  const candidates = byFirstKey.get(keys[0]!);
  if (candidates === undefined) return undefined;
  for (const shape of candidates) {
    if (same(shape.keys, keys)) {
      latest = shape;
      return shape;
    }
  }
  return undefined;
}

/** Remember a shape that `findShape` did not find; undefined if it is too large to be worth it. */
export function addShape(keys: readonly string[]): OutShape | undefined {
  if (keys.length > MAX_SHAPE_KEYS) return undefined;
  let bytes = 0;
  // At worst a key takes two bytes a character, a tag and a length.
  for (const key of keys) bytes += 2 * key.length + 4;
  if (bytes > MAX_SHAPE_BYTES) return undefined;
  if (remembered === CAPACITY) {
    byFirstKey.clear();
    remembered = 0;
  }
  remembered += 1;
  const shape: OutShape = { keys, definition: undefined, message: 0, number: 0 };
  const candidates = byFirstKey.get(keys[0]!);
  if (candidates === undefined) byFirstKey.set(keys[0]!, [shape]);
  else if (candidates.length < CANDIDATES) candidates.push(shape);
  else candidates[remembered % CANDIDATES] = shape;
  latest = shape;
  return shape;
}

function same(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i += 1) {
    if (a[i] !== b[i]) return false;
  }
  return true;
}

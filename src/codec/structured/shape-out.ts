/**
 * The writer's memory of shapes: the key lists of objects it has sent, which of them follow one
 * another, and how to write an object quickly that has one.
 *
 * It outlives messages, so that the definition of a shape is made once; which shapes a message has
 * defined already is told by `message`, so that nothing need be cleared between messages.
 */

import { MAX_SHAPE_BYTES, MAX_SHAPE_KEYS } from './tag.ts';

/** How many shapes are remembered before all are forgotten. */
const CAPACITY = 1024;
/** How many shapes with the same first key are remembered before one takes another's place. */
const CANDIDATES = 16;
/** A shape is compiled when so many objects of it were written: compiling costs as much as a thousand. */
const USES_BEFORE_COMPILING = 256;

export interface OutShape {
  readonly keys: readonly string[];
  /** The encoded keys as NEW_RECORD carries them; made on first use. */
  definition: Uint8Array | undefined;
  /** The last message that defined it, and as which number. */
  message: number;
  number: number;
  /** The shape that the object after one of this shape had last time. */
  next: OutShape | undefined;
  /** Counts up to `USES_BEFORE_COMPILING`. */
  uses: number;
  /** Writes an object with these keys, once compiled. */
  write: ((object: object) => void) | undefined;
}

function newShape(keys: readonly string[]): OutShape {
  return {
    keys,
    definition: undefined,
    message: 0,
    number: 0,
    next: undefined,
    uses: 0,
    write: undefined,
  };
}

const byFirstKey = new Map<string, OutShape[]>();
let remembered = 0;
/** Stands for the shape of objects that have none, since they have too many keys. */
const NONE: OutShape = newShape([]);
/** The shape of the object written last. */
let latest: OutShape = NONE;

/**
 * Find the shape of an object if it is the expected one: what follows a shape is as a rule what
 * followed it before.
 */
export function expectedShape(object: object): OutShape | undefined {
  const { next } = latest;
  if (next === undefined || next === NONE || !hasKeys(object, next.keys)) return undefined;
  latest = next;
  return next;
}

/**
 * Find the shape of an object with these keys.
 *
 * @param room  whether a new shape is of use
 * @returns undefined if it has none, being empty, or too large for a shape to be worth it
 */
export function shapeWith(keys: readonly string[], room: boolean): OutShape | undefined {
  if (keys.length === 0) return undefined;
  const shape = findShape(keys) ?? (room ? addShape(keys) : undefined);
  latest.next = shape ?? NONE;
  latest = latest.next;
  return shape;
}

/**
 * Tell whether these are the keys of an object, without making a list of its own.
 *
 * The engine enumerates by a list that it keeps with the hidden class. It goes on to inherited keys,
 * which the second test turns away, at no cost where there are none.
 */
function hasKeys(object: object, keys: readonly string[]): boolean {
  let i = 0;
  for (const key in object) {
    if (key !== keys[i] || !hasOwn.call(object, key)) return false;
    i += 1;
  }
  return i === keys.length;
}

const hasOwn = Object.prototype.hasOwnProperty;

function findShape(keys: readonly string[]): OutShape | undefined {
  const candidates = byFirstKey.get(keys[0]!);
  if (candidates === undefined) return undefined;
  for (const shape of candidates) {
    if (same(shape.keys, keys)) return shape;
  }
  return undefined;
}

/** Remember a shape that `findShape` did not find; undefined if it is too large to be worth it. */
function addShape(keys: readonly string[]): OutShape | undefined {
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
  const shape = newShape(keys);
  const candidates = byFirstKey.get(keys[0]!);
  if (candidates === undefined) byFirstKey.set(keys[0]!, [shape]);
  else if (candidates.length < CANDIDATES) candidates.push(shape);
  else candidates[remembered % CANDIDATES] = shape;
  return shape;
}

function same(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i += 1) {
    if (a[i] !== b[i]) return false;
  }
  return true;
}

/** Some programs forbid the making of code from strings; then shapes are never compiled. */
let mayCompile = true;

/** What compiled code writes with. */
export interface Pen {
  /** Write which shape the next object has; false if the message can take no more shapes. */
  readonly head: (shape: OutShape) => boolean;
  readonly number: (value: number) => void;
  readonly string: (text: string) => void;
  readonly value: (value: unknown) => void;
  /** Write an object that cannot be written so, of which the first property has been read. */
  readonly odd: (object: object, shape: OutShape, first: unknown) => void;
  /** Add to what was thrown the step to the property of that place. */
  readonly within: (error: unknown, shape: OutShape, place: number) => unknown;
}

/**
 * Count one more use of a shape and compile it when it has earned that.
 *
 * Code that meets one hidden class alone reads properties by where they lie. Once it has read one it
 * knows the prototype too, to ask for which is a call elsewhere: hence the order. That objects have
 * the keys of the shape is for the caller to find out. Keys enter the code as JSON strings.
 */
export function use(shape: OutShape, pen: Pen): void {
  shape.uses += 1;
  if (shape.uses !== USES_BEFORE_COMPILING || !mayCompile) return;
  const writes = shape.keys.map(
    (key, place) => `
      place = ${place};
      property = ${place === 0 ? 'first' : `object[${JSON.stringify(key)}]`};
      if (typeof property === 'number') number(property);
      else if (typeof property === 'string') string(property);
      else value(property);`,
  );
  const code = `return (object) => {
    const first = object[${JSON.stringify(shape.keys[0])}];
    if (prototypeOf(object) !== plain || !head(shape)) return odd(object, shape, first);
    let place, property;
    try {${writes.join('')}
    } catch (error) {
      throw within(error, shape, place);
    }
  };`;
  try {
    shape.write = compile(code, { ...pen, shape, plain: Object.prototype, prototypeOf });
  } catch {
    mayCompile = false;
  }
}

const prototypeOf = Object.getPrototypeOf;

/** Run code in which these names are known. */
function compile<T>(code: string, names: object): T {
  return new Function(...Object.keys(names), code)(...Object.values(names));
}

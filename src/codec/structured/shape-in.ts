/**
 * The reader's memory of shapes: how to build an object quickly from the keys it is known to have.
 *
 * It outlives messages and finds a shape by the bytes of its definition, so that a shape met before
 * costs no reading of keys. A table of fixed size; a newcomer takes the place of whoever is there.
 */

/** Must be a power of two. */
const CAPACITY = 1024;
/** A shape is compiled when it has built this many objects: compiling costs as much as building many. */
const USES_BEFORE_COMPILING = 16;

export interface InShape {
  readonly definition: Uint8Array;
  readonly keys: readonly string[];
  /** Whether plain assignment makes every key an own property. */
  readonly assignable: boolean;
  /** Counts up to `USES_BEFORE_COMPILING`. */
  uses: number;
  /** Reads the values and builds the object, once compiled. */
  build: (() => object) | undefined;
}

const table: (InShape | undefined)[] = new Array(CAPACITY).fill(undefined);
let latest: InShape | undefined;

/** Find the shape whose definition is bytes `start` to `end`. */
export function findShape(bytes: Uint8Array, start: number, end: number): InShape | undefined {
  // Messages of one shape come in a row more often than not.
  if (latest !== undefined && hasDefinition(latest, bytes, start, end)) return latest;
  const shape = table[slotOf(bytes, start, end)];
  if (shape === undefined || !hasDefinition(shape, bytes, start, end)) return undefined;
  latest = shape;
  return shape;
}

function hasDefinition(shape: InShape, bytes: Uint8Array, start: number, end: number): boolean {
  const { definition } = shape;
  if (definition.length !== end - start) return false;
  for (let i = 0; i < definition.length; i += 1) {
    if (definition[i] !== bytes[start + i]) return false;
  }
  return true;
}

/** Remember the shape with this definition, which is kept, and these keys. */
export function addShape(definition: Uint8Array, keys: readonly string[]): InShape {
  const assignable = keys.every((key) => !(key in Object.prototype));
  const shape: InShape = { definition, keys, assignable, uses: 0, build: undefined };
  table[slotOf(definition, 0, definition.length)] = shape;
  return shape;
}

function slotOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let i = start; i < end; i += 1) hash = Math.imul(hash ^ bytes[i]!, 0x01000193);
  return (hash ^ (hash >>> 15)) & (CAPACITY - 1);
}

/** Some programs forbid the making of code from strings; then shapes are never compiled. */
let mayCompile = true;

/**
 * Count one more use of a shape and compile it when it has earned that.
 *
 * An object literal with all its keys is built in one go, where assigning them one by one takes the
 * object through as many hidden classes. Keys enter the code as JSON strings; a `__proto__` in a
 * literal would be no key at all, so a shape with one is never compiled.
 *
 * @param read  reads the next value
 */
export function use(shape: InShape, read: () => unknown): void {
  shape.uses += 1;
  if (shape.uses !== USES_BEFORE_COMPILING || !mayCompile) return;
  if (shape.keys.includes('__proto__')) return;
  const properties = shape.keys.map((key) => `${JSON.stringify(key)}: read()`);
  try {
    shape.build = new Function('read', `return () => ({ ${properties.join(', ')} });`)(read);
  } catch {
    mayCompile = false;
  }
}

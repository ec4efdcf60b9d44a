/** A typed array of any element type. */
export type TypedArray =
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array
  | Float32Array
  | Float64Array
  | BigInt64Array
  | BigUint64Array;

/** Everything whose bytes travel as they lie in memory. */
export type BinaryValue = TypedArray | ArrayBuffer | SharedArrayBuffer | DataView;

/** How one kind of binary value is named, measured and made from bytes. */
export interface ArrayKind {
  /** The number that stands for this kind on the wire; never reused. */
  readonly id: number;
  /** The constructor's name, as error messages show it. */
  readonly name: string;
  readonly bytesPerElement: number;
  /** View `elements` elements of `buffer` from `byteOffset`, which must be aligned for the kind. */
  view(buffer: ArrayBuffer, byteOffset: number, elements: number): BinaryValue;
}

type ArrayConstructor = {
  readonly name: string;
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBuffer, byteOffset: number, length: number): TypedArray;
};

function typed(id: number, Kind: ArrayConstructor): ArrayKind {
  return {
    id,
    name: Kind.name,
    bytesPerElement: Kind.BYTES_PER_ELEMENT,
    view: (buffer, byteOffset, elements) => new Kind(buffer, byteOffset, elements),
  };
}

/** Node's Buffer where there is one; elsewhere a received Buffer is a plain Uint8Array. */
const NodeBuffer: typeof Buffer | undefined = globalThis.Buffer;

const ARRAY_BUFFER: ArrayKind = {
  id: 1,
  name: 'ArrayBuffer',
  bytesPerElement: 1,
  view: (buffer, byteOffset, elements) =>
    byteOffset === 0 && elements === buffer.byteLength
      ? buffer
      : buffer.slice(byteOffset, byteOffset + elements),
};
const DATA_VIEW: ArrayKind = {
  id: 2,
  name: 'DataView',
  bytesPerElement: 1,
  view: (buffer, byteOffset, elements) => new DataView(buffer, byteOffset, elements),
};
const BUFFER: ArrayKind = {
  id: 3,
  name: 'Buffer',
  bytesPerElement: 1,
  view: (buffer, byteOffset, elements) =>
    NodeBuffer === undefined
      ? new Uint8Array(buffer, byteOffset, elements)
      : NodeBuffer.from(buffer, byteOffset, elements),
};
const UINT8: ArrayKind = typed(5, Uint8Array);
const FLOAT64: ArrayKind = typed(12, Float64Array);

const kinds: ArrayKind[] = [
  ARRAY_BUFFER,
  DATA_VIEW,
  BUFFER,
  typed(4, Int8Array),
  UINT8,
  typed(6, Uint8ClampedArray),
  typed(7, Int16Array),
  typed(8, Uint16Array),
  typed(9, Int32Array),
  typed(10, Uint32Array),
  typed(11, Float32Array),
  FLOAT64,
  typed(13, BigInt64Array),
  typed(14, BigUint64Array),
];

// Node 24 and the browsers have half-precision floats; older engines do not.
const Float16 = (globalThis as { Float16Array?: ArrayConstructor }).Float16Array;
if (Float16 !== undefined) kinds.push(typed(15, Float16));

const byId: (ArrayKind | undefined)[] = [];
const byName = new Map<string, ArrayKind>();
for (const kind of kinds) {
  byId[kind.id] = kind;
  byName.set(kind.name, kind);
}

/** Find the kind that `id` stands for on the wire; undefined where this engine lacks it. */
export function arrayKindById(id: number): ArrayKind | undefined {
  return byId[id];
}

/**
 * Find the kind of a value whose bytes can travel as they are, or undefined for any other value.
 *
 * A subclass counts as the typed array it extends; shared memory arrives as an ordinary ArrayBuffer.
 */
export function arrayKindOf(value: unknown): ArrayKind | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (ArrayBuffer.isView(value)) {
    // What is most common first, without a name to look up.
    if (value instanceof Uint8Array && value.constructor === Uint8Array) return UINT8;
    if (value instanceof Float64Array && value.constructor === Float64Array) return FLOAT64;
    if (NodeBuffer?.isBuffer(value)) return BUFFER;
    // The tag is read from the typed array's own prototype, so a subclass cannot mislead it.
    return byName.get(typedArrayName.call(value) ?? 'DataView');
  }
  if (value instanceof ArrayBuffer) return ARRAY_BUFFER;
  if (typeof SharedArrayBuffer !== 'undefined' && value instanceof SharedArrayBuffer) {
    return ARRAY_BUFFER;
  }
  return undefined;
}

const typedArrayName: (this: ArrayBufferView) => string | undefined = (() => {
  const prototype = Object.getPrototypeOf(Uint8Array.prototype);
  const getter = Object.getOwnPropertyDescriptor(prototype, Symbol.toStringTag)?.get;
  if (getter === undefined) throw new Error('this engine has no typed arrays');
  return getter as (this: ArrayBufferView) => string | undefined;
})();

/** Tell whether it needs no other view. One of no bytes may be detached: to view it again is to find out. */
export function isPlainBytes(value: unknown): value is Uint8Array {
  return value instanceof Uint8Array && value.constructor === Uint8Array && value.length > 0;
}

/** View the bytes of a binary value: its own and no more of the memory behind it. Never a Buffer, whose `slice` copies nothing. */
export function bytesOf(value: BinaryValue): Uint8Array {
  if (isPlainBytes(value)) return value;
  return ArrayBuffer.isView(value)
    ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
    : new Uint8Array(value);
}

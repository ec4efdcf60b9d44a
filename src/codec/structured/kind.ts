import { Refusal } from './refusal.ts';

/** What the writer must know about an object that is neither an array nor obviously plain. */
export type Kind = 'plain' | 'date' | 'regexp' | 'map' | 'set' | 'error' | 'boxed' | 'binary';

interface Entry {
  readonly kind: Kind | 'refused';
  /** Throws unless the value really is of this kind, and not just made with its prototype. */
  readonly probe?: (this: unknown) => unknown;
  /** What to do instead of sending it. */
  readonly remedy?: string;
}

type Getter = (this: unknown) => unknown;

function getter(prototype: object, name: string): Getter {
  const get = Object.getOwnPropertyDescriptor(prototype, name)?.get;
  if (get === undefined) throw new Error(`this engine has no ${name}`);
  return get;
}

const PLAIN: Entry = { kind: 'plain' };
const byPrototype = new Map<unknown, Entry>([[Object.prototype, PLAIN]]);
/** For objects of another realm (a `vm` context, a test runner's sandbox), whose prototypes differ. */
const byName = new Map<string, Entry>();

function know(name: string, prototype: object, entry: Entry): void {
  byPrototype.set(prototype, entry);
  byName.set(name, entry);
}

know('Date', Date.prototype, { kind: 'date', probe: Date.prototype.getTime as Getter });
know('RegExp', RegExp.prototype, { kind: 'regexp', probe: getter(RegExp.prototype, 'source') });
know('Map', Map.prototype, { kind: 'map', probe: getter(Map.prototype, 'size') });
know('Set', Set.prototype, { kind: 'set', probe: getter(Set.prototype, 'size') });
know('Error', Error.prototype, { kind: 'error' });
for (const Box of [Number, String, Boolean, BigInt]) {
  know(Box.name, Box.prototype, { kind: 'boxed', probe: Box.prototype.valueOf as Getter });
}
const bufferProbe = getter(ArrayBuffer.prototype, 'byteLength');
know('ArrayBuffer', ArrayBuffer.prototype, { kind: 'binary', probe: bufferProbe });
if (typeof SharedArrayBuffer !== 'undefined') {
  const probe = getter(SharedArrayBuffer.prototype, 'byteLength');
  know('SharedArrayBuffer', SharedArrayBuffer.prototype, { kind: 'binary', probe });
}

function refuse(name: string, prototype: unknown, remedy = 'send plain data'): void {
  if (typeof prototype === 'object' && prototype !== null) {
    know(name, prototype, { kind: 'refused', remedy });
  }
}

refuse('Symbol', Symbol.prototype, 'send a string');
refuse('WeakMap', WeakMap.prototype, 'send a Map');
refuse('WeakSet', WeakSet.prototype, 'send a Set');
refuse('WeakRef', WeakRef.prototype, 'send what deref() returns');
refuse('FinalizationRegistry', FinalizationRegistry.prototype);
refuse('Promise', Promise.prototype, 'await it and send the result');
const ITERATOR = Object.getPrototypeOf(Object.getPrototypeOf([].values()));
refuse('Iterator', ITERATOR, 'send an array of its items');
const asyncGenerator = (async function* () {})();
const ASYNC_ITERATOR = Object.getPrototypeOf(
  Object.getPrototypeOf(Object.getPrototypeOf(Object.getPrototypeOf(asyncGenerator))),
);
refuse('AsyncIterator', ASYNC_ITERATOR, 'send an array of its items');

const { WebAssembly } = globalThis as { WebAssembly?: object };
for (const space of [Intl, WebAssembly]) {
  for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(space ?? {}))) {
    if (typeof value === 'function' && !(value.prototype instanceof Error)) {
      refuse(name, value.prototype);
    }
  }
}

/**
 * Classes of the platform that keep their state where property access does not see it, so they would
 * arrive as `{}`. Known by tag, for to look them up would load them.
 */
const HOLLOW: ReadonlyMap<string, string> = new Map([
  ['AbortController', 'send plain data'],
  ['AbortSignal', 'send plain data'],
  ['Blob', 'send its arrayBuffer()'],
  ['CryptoKey', 'export the key and send that'],
  ['File', 'send its arrayBuffer()'],
  ['FormData', 'send an array of its entries'],
  ['Headers', 'send an array of its entries'],
  ['ReadableStream', 'send its chunks'],
  ['Request', 'send its url and options'],
  ['Response', 'send its arrayBuffer()'],
  ['URL', 'send its href'],
  ['URLSearchParams', 'send it as a string'],
  ['WritableStream', 'send plain data'],
]);

/**
 * Find out what an object is, by its prototypes and not by what it calls itself.
 *
 * @throws Refusal if it is of a kind that cannot be sent
 */
export function kindOf(value: object): Kind {
  if (ArrayBuffer.isView(value)) return 'binary';
  const entry = findEntry(value);
  if (entry.kind === 'plain') {
    refuseHollow(value);
    return 'plain';
  }
  if (entry.kind === 'refused') {
    throw new Refusal(`is ${nameWithArticle(value)} and cannot be sent; ${entry.remedy}`);
  }
  try {
    entry.probe?.call(value);
  } catch {
    return 'plain';
  }
  return entry.kind;
}

function findEntry(value: object): Entry {
  for (let proto = Object.getPrototypeOf(value); proto !== null; ) {
    const entry = byPrototype.get(proto);
    if (entry !== undefined) return entry;
    proto = Object.getPrototypeOf(proto);
  }
  return byName.get(Object.prototype.toString.call(value).slice(8, -1)) ?? PLAIN;
}

function refuseHollow(value: object): void {
  if (!(Symbol.toStringTag in value) || Object.hasOwn(value, Symbol.toStringTag)) return;
  const tag = value[Symbol.toStringTag];
  const remedy = typeof tag === 'string' ? HOLLOW.get(tag) : undefined;
  if (remedy !== undefined) {
    throw new Refusal(`is ${nameWithArticle(value)} and cannot be sent; ${remedy}`);
  }
}

function nameWithArticle(value: object): string {
  const name = Object.prototype.toString.call(value).slice(8, -1);
  return `${/^([AEIOU](?!R)|I)/.test(name) ? 'an' : 'a'} ${name}`;
}

/** Take the primitive out of its box, whatever `valueOf` the box itself may have. */
export function unbox(value: object): unknown {
  for (const Box of [Number, String, Boolean, BigInt]) {
    try {
      return Box.prototype.valueOf.call(value);
    } catch {
      // Not this box: the next one.
    }
  }
  return undefined;
}

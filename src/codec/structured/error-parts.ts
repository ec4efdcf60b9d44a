import { ERROR_CLASSES } from './tag.ts';

/** An Error taken apart: its class, and its properties in two groups. */
export interface ErrorParts {
  /** Index into `ERROR_CLASSES`. */
  readonly classId: number;
  /** Properties that do not enumerate. */
  readonly hidden: Readonly<Record<string, unknown>>;
  /** Own enumerable properties such as `code`. */
  readonly shown: Readonly<Record<string, unknown>>;
}

/**
 * Take an Error apart: name, message, stack, cause, an AggregateError's errors, and every own
 * enumerable property that is not a function or symbol, for a report of a failure should not itself
 * fail. A class of the user's becomes the standard class it extends and keeps its name.
 */
export function takeApart(error: Error): ErrorParts {
  const classId = classOf(error);
  const shown = record();
  const keys = new Set(Object.keys(error));
  const hidden = record();
  // A DOMException has its name and message on the prototype, so these are read wherever they are.
  if (!keys.has('name')) {
    const { name } = error;
    const usual = ERROR_CLASSES[classId]?.prototype.name;
    if (typeof name === 'string' && name !== usual) hidden.name = name;
  }
  if (!keys.has('message')) {
    const { message } = error;
    if (message || Object.hasOwn(error, 'message')) hidden.message = message;
  }
  if (!keys.has('stack')) {
    const { stack } = error;
    // Sent even when absent, for the receiver's own stack would lie.
    hidden.stack = typeof stack === 'string' ? stack : undefined;
  }
  for (const key of ['cause', 'errors']) {
    if (Object.hasOwn(error, key) && !keys.has(key)) hidden[key] = read(error, key);
  }
  for (const key of keys) {
    const value = read(error, key);
    if (typeof value !== 'function' && typeof value !== 'symbol') shown[key] = value;
  }
  return { classId, hidden, shown };
}

/** Without a prototype, so that `__proto__` is a key like any other. */
function record(): Record<string, unknown> {
  return Object.create(null);
}

function read(object: object, key: string): unknown {
  return (object as Record<string, unknown>)[key];
}

/** Find the standard class that an error is nearest to, as an index into `ERROR_CLASSES`. */
export function classOf(error: Error): number {
  for (let proto = error; proto !== null; proto = Object.getPrototypeOf(proto)) {
    const classId = ERROR_CLASSES.findIndex((Class) => Class.prototype === proto);
    if (classId !== -1) return classId;
  }
  // Made in another realm: its classes go by name.
  const classId = ERROR_CLASSES.findIndex((Class) => Class.name === error.name);
  return classId === -1 ? 0 : classId;
}

/** Make an empty error of a class; undefined if there is no such class. */
export function makeError(classId: number): Error | undefined {
  const Class = ERROR_CLASSES[classId];
  if (Class === undefined) return undefined;
  return Reflect.construct(Class, Class.name === 'AggregateError' ? [[]] : []);
}

/** Give an error back a property that does not enumerate. */
export function setHidden(error: object, name: string, value: unknown): void {
  Object.defineProperty(error, name, { value, writable: true, configurable: true });
}

/** What becomes of the values of an attribute when communicators come and go. */
export interface AttributeCallbacks<T> {
  /**
   * Make the value for a duplicate from that of the original; undefined if it gets none. Without this no
   * duplicate gets one.
   */
  readonly copy?: ((value: T) => T | undefined) | undefined;
  /** Take leave of a value: it was deleted, another was set in its place, or its communicator is freed. */
  readonly delete?: ((value: T) => void) | undefined;
}

/** Names one attribute on any communicator: whoever holds the key reaches the values. @see MPI-4.1 §7.7 */
export class AttributeKey<T> {
  /** Only for the library. */
  readonly callbacks: AttributeCallbacks<T>;

  constructor(callbacks: AttributeCallbacks<T>) {
    this.callbacks = callbacks;
  }
}

/**
 * Make a key by which a library keeps values of its own on communicators.
 *
 * @see MPI-4.1 §7.7.2 MPI_Comm_create_keyval
 */
export function createAttributeKey<T = unknown>(
  callbacks: AttributeCallbacks<T> = {},
): AttributeKey<T> {
  return new AttributeKey(callbacks);
}

/** The attributes of one communicator, in the order in which they were set. */
export class Attributes {
  readonly #values = new Map<AttributeKey<unknown>, unknown>();

  get<T>(key: AttributeKey<T>): T | undefined {
    return this.#values.get(key as AttributeKey<unknown>) as T | undefined;
  }

  /** Set a value; one that is there is deleted first, and stays if its callback throws. */
  set<T>(key: AttributeKey<T>, value: T): void {
    this.delete(key);
    this.#values.set(key as AttributeKey<unknown>, value);
  }

  /** @returns whether there was one; it stays if its callback throws */
  delete<T>(key: AttributeKey<T>): boolean {
    const anyKey = key as AttributeKey<unknown>;
    if (!this.#values.has(anyKey)) return false;
    anyKey.callbacks.delete?.(this.#values.get(anyKey));
    return this.#values.delete(anyKey);
  }

  /** Copy what its callbacks let a duplicate have, in order. */
  copy(): Attributes {
    const copies = new Attributes();
    for (const [key, value] of this.#values) {
      const copy = key.callbacks.copy?.(value);
      if (copy !== undefined) copies.#values.set(key, copy);
    }
    return copies;
  }

  /** Delete all, the last first. If callbacks throw, all are run, and the first error is thrown. */
  deleteAll(): void {
    const errors: unknown[] = [];
    for (const [key, value] of [...this.#values].reverse()) {
      try {
        key.callbacks.delete?.(value);
      } catch (error) {
        errors.push(error);
      }
    }
    this.#values.clear();
    if (errors.length > 0) throw errors[0];
  }
}

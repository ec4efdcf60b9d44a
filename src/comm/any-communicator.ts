import type { MpiError } from '../base/error.ts';
import { show } from '../base/show.ts';
import type { Group } from '../group/group.ts';
import type { Limits } from '../match/limits.ts';
import { NO_OPTIONS, wrong } from '../pt2pt/check.ts';
import type { Request } from '../request/request.ts';
import { AttributeKey } from './attributes.ts';
import { type Comparison, compare } from './compare.ts';
import { disconnect } from './disconnect.ts';
import { free } from './free.ts';
import type { Parts } from './parts.ts';
import { PointToPoint } from './point-to-point.ts';
import { started } from './started.ts';

/**
 * What all communicators have, those of one group and those between two: a name, attributes and an end.
 *
 * @see MPI-4.1 §7
 */
export abstract class AnyCommunicator extends PointToPoint {
  /** Number of ranks in this rank's own group. @see MPI-4.1 §7.4.1 */
  readonly size: number;
  /** The ranks of this communicator; of one between two groups those of its own. @see MPI-4.1 §7.3.2 */
  readonly group: Group;
  readonly #parts: Parts;

  constructor(parts: Parts) {
    super(parts.channel);
    this.size = parts.group.size;
    this.group = parts.group;
    this.#parts = parts;
  }

  /** For messages to people: errors use it. May be set, by each rank for itself. @see MPI-4.1 §7.8 */
  get name(): string {
    return this.#parts.name.text;
  }

  set name(name: string) {
    if (typeof name !== 'string')
      throw this.#wrong('name', 'ERR_ARG', `${show(name)} is no string`);
    this.#parts.name.rename(name);
  }

  /** Whether `free` or `disconnect` was called. */
  get freed(): boolean {
    return this.#parts.channel.freed;
  }

  /**
   * Give the communicator up: all its ranks must. What was started before still completes.
   *
   * Attributes are deleted at once, the last that was set first, and nothing more can be started.
   *
   * @returns complete when every rank has called this
   * @throws MpiError `ERR_COMM` for `world` and `self`, and for what is freed already; an error of an attribute's callback,
   *   when all others have run and the communicator is freed
   * @see MPI-4.1 §7.4.3
   */
  free(options: Limits = NO_OPTIONS): Request<void> {
    return started(() => free(this.#parts, options));
  }

  /**
   * Give the communicator up as `free` does, and wait for all that was started on it: each rank for its own messages and
   * collective calls. What is not received by then is dropped.
   *
   * Processes that have no communicator in common any more, nor one with others between them, are independent of each other: `finalize` does
   * not wait for those, and they may fail alone. One that was given up by `free` still connects.
   *
   * @returns complete when every rank has called this, and nothing is under way on any
   * @throws MpiError as `free`
   * @see MPI-4.1 §11.10.4 MPI_Comm_disconnect
   */
  disconnect(options: Limits = NO_OPTIONS): Request<void> {
    return started(() => disconnect(this.#parts, options));
  }

  /**
   * Compare with another one: `identical` is the same, `congruent` has the same ranks in the same order, `similar` the
   * same in another order.
   *
   * @throws MpiError `ERR_COMM` if the other is no communicator
   * @see MPI-4.1 §7.4.1
   */
  compare(other: AnyCommunicator): Comparison {
    if (typeof other !== 'object' || other === null || !(#parts in other)) {
      throw this.#wrong('compare', 'ERR_COMM', `${show(other)} is no communicator`);
    }
    return compare(this.#parts, other.#parts);
  }

  /**
   * Keep a value with this communicator, on this rank. One that is there is deleted first.
   *
   * @throws MpiError `ERR_ARG` if the key is none, `ERR_COMM` after `free`; what the delete callback throws, and then the old value stays
   * @see MPI-4.1 §7.7.2
   */
  setAttribute<T>(key: AttributeKey<T>, value: T): void {
    this.#checkKey('setAttribute', key);
    this.#parts.attributes.set(key, value);
  }

  /** Look up a value that was kept: undefined if there is none. @see MPI-4.1 §7.7.2 */
  getAttribute<T>(key: AttributeKey<T>): T | undefined {
    this.#checkKey('getAttribute', key);
    return this.#parts.attributes.get(key);
  }

  /**
   * Delete a value that was kept, after its delete callback.
   *
   * @returns whether there was one
   * @see MPI-4.1 §7.7.2
   */
  deleteAttribute<T>(key: AttributeKey<T>): boolean {
    this.#checkKey('deleteAttribute', key);
    return this.#parts.attributes.delete(key);
  }

  #checkKey(call: string, key: unknown): void {
    if (this.freed) throw this.#wrong(call, 'ERR_COMM', 'the communicator was freed');
    if (key instanceof AttributeKey) return;
    const text = `the key must come from createAttributeKey(), and is ${show(key)}`;
    throw this.#wrong(call, 'ERR_ARG', text);
  }

  #wrong(call: string, code: MpiError['code'], text: string): MpiError {
    return wrong(this.#parts.channel.endpoint, call, code, text);
  }
}

import type { TypedArray } from '../base/array-kind.ts';
import { barrier } from '../collective/barrier/barrier.ts';
import { allgather, allreduce, alltoall, reduceScatter } from '../collective/between/mutual.ts';
import {
  broadcast,
  gather,
  type RootedBroadcastOptions,
  reduce,
  scatter,
} from '../collective/between/rooted.ts';
import type { RootedOptions, Sides } from '../collective/between/sides.ts';
import type { Group } from '../group/group.ts';
import type { Limits } from '../match/limits.ts';
import type { OpLike } from '../op/op.ts';
import { NO_OPTIONS } from '../pt2pt/check.ts';
import type { Request } from '../request/request.ts';
import { AnyCommunicator } from './any-communicator.ts';
import { SUM } from './collectives.ts';
import { firstOfEach } from './endpoints.ts';
import type { Parts, Remote } from './parts.ts';
import { started } from './started.ts';

/**
 * Messages and collective calls between two groups.
 *
 * `rank`, `size` and `group` are those of this rank's own group; `dest`, `source` and `root` name ranks of the other. A
 * call with a root goes one way: on the root `root` is ROOT, on the other ranks of its group PROC_NULL, and on the other side
 * the rank of the root. The others go both ways: each group gets what the other one gives. Errors are those of collective
 * calls, and `ERR_ROOT`.
 *
 * Not yet: typed arrays of all ranks in one, `into`, `counts` and `displacements` (MPI-4.1 §6.5 to §6.8); `algorithm`.
 *
 * @see MPI-4.1 §7.6, §6.2.3
 */
export abstract class Between extends AnyCommunicator {
  /** Number of ranks in the other group. @see MPI-4.1 §7.6.1 */
  readonly remoteSize: number;
  /** The other group. @see MPI-4.1 §7.6.1 */
  readonly remoteGroup: Group;
  readonly #parts: Parts;
  readonly #sides: Sides;

  constructor(parts: Parts) {
    super(parts);
    const { group, remote } = parts as Parts & { readonly remote: Remote };
    this.remoteSize = remote.group.size;
    this.remoteGroup = remote.group;
    this.#parts = parts;
    const first = firstOfEach(group.size, remote);
    this.#sides = {
      rank: group.rank,
      local: group.worldRanks.map((_, rank) => first.local + rank),
      remote: remote.group.worldRanks.map((_, rank) => first.remote + rank),
    };
  }

  /** Wait until every rank of both groups has called this. @see MPI-4.1 §6.3 */
  barrier(options: Limits = NO_OPTIONS): Request<void> {
    return started(() => barrier(this.#parts.calls, options));
  }

  /**
   * Bring a value of the root to all ranks of the other group.
   *
   * @returns the value; on the root the very value it gave; undefined beside it
   * @see MPI-4.1 §6.4
   */
  broadcast<T>(value: T | undefined, options: RootedBroadcastOptions): Request<T | undefined> {
    const { calls } = this.#parts;
    return started(() => broadcast(calls, this.#sides, value, options) as Request<T | undefined>);
  }

  /**
   * Bring each rank of the other group a value of its own from the root.
   *
   * @param values  on the root: a list with one for each rank of the other group, or a typed array of which each gets a part,
   *   all as long
   * @returns the value; undefined on all ranks of the root's group
   * @see MPI-4.1 §6.6
   */
  scatter<A extends TypedArray>(
    array: A | undefined,
    options: RootedOptions,
  ): Request<A | undefined>;
  scatter<T>(values: readonly T[] | undefined, options: RootedOptions): Request<T | undefined>;
  scatter(
    values: readonly unknown[] | TypedArray | undefined,
    options: RootedOptions,
  ): Request<unknown> {
    return started(() => scatter(this.#parts.calls, this.#sides, values, options));
  }

  /**
   * Bring the values of all ranks of the other group to the root.
   *
   * @param value  does not count in the root's group
   * @returns on the root the values by rank, undefined on all others
   * @see MPI-4.1 §6.5
   */
  gather<T>(value: T | undefined, options: RootedOptions): Request<T[] | undefined> {
    const { calls } = this.#parts;
    return started(() => gather(calls, this.#sides, value, options) as Request<T[] | undefined>);
  }

  /** Bring the values of each group to all ranks of the other. @returns these by rank @see MPI-4.1 §6.7 */
  allgather<T>(value: T, options: Limits = NO_OPTIONS): Request<T[]> {
    const { calls } = this.#parts;
    return started(() => allgather(calls, this.#sides, value, options) as Request<T[]>);
  }

  /**
   * Bring from each rank a value to each of the other group.
   *
   * @param values  as for `scatter`
   * @returns those that came, by rank
   * @see MPI-4.1 §6.8
   */
  alltoall<A extends TypedArray>(array: A, options?: Limits): Request<A[]>;
  alltoall<T>(values: readonly T[], options?: Limits): Request<T[]>;
  alltoall(
    values: readonly unknown[] | TypedArray,
    options: Limits = NO_OPTIONS,
  ): Request<unknown[]> {
    return started(() => alltoall(this.#parts.calls, this.#sides, values, options));
  }

  /**
   * Combine what all ranks of the other group give, in the order of ranks, on the root.
   *
   * @param value  does not count in the root's group
   * @returns the result on the root, undefined on all others
   * @throws MpiError `ERR_OP` if the op cannot take the value
   * @see MPI-4.1 §6.9
   */
  reduce<T>(
    value: T | undefined,
    op: OpLike<T> | undefined,
    options: RootedOptions,
  ): Request<T | undefined> {
    const { calls } = this.#parts;
    return started(
      () => reduce(calls, this.#sides, value, op ?? SUM, options) as Request<T | undefined>,
    );
  }

  /** Combine what each group gives, as `reduce` does, on all ranks of the other. @see MPI-4.1 §6.9.6 */
  allreduce<T>(value: T, op: OpLike<T> = SUM, options: Limits = NO_OPTIONS): Request<T> {
    const { calls } = this.#parts;
    return started(() => allreduce(calls, this.#sides, value, op, options) as Request<T>);
  }

  /**
   * Combine what each group gives for each rank of the other, and have that there.
   *
   * @param values  as for `scatter`
   * @see MPI-4.1 §6.10.1
   */
  reduceScatter<A extends TypedArray>(array: A, op?: OpLike<A>, options?: Limits): Request<A>;
  reduceScatter<T>(values: readonly T[], op?: OpLike<T>, options?: Limits): Request<T>;
  reduceScatter(
    values: readonly unknown[] | TypedArray,
    op: unknown = SUM,
    options: Limits = NO_OPTIONS,
  ): Request<unknown> {
    const { calls } = this.#parts;
    return started(() => reduceScatter(calls, this.#sides, values, op, options));
  }
}

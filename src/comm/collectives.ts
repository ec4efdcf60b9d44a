import type { TypedArray } from '../base/array-kind.ts';
import { type AllgatherOptions, allgather } from '../collective/allgather/allgather.ts';
import { allreduce } from '../collective/allreduce/allreduce.ts';
import { type AlltoallOptions, alltoall } from '../collective/alltoall/alltoall.ts';
import { barrier } from '../collective/barrier/barrier.ts';
import { type BroadcastOptions, broadcast } from '../collective/broadcast/broadcast.ts';
import type { Calls } from '../collective/call/calls.ts';
import type { CollectiveOptions } from '../collective/check.ts';
import { exscan } from '../collective/exscan/exscan.ts';
import { type GatherOptions, gather } from '../collective/gather/gather.ts';
import { type ReduceOptions, reduce } from '../collective/reduce/reduce.ts';
import {
  type ReduceScatterOptions,
  reduceScatter,
} from '../collective/reduce-scatter/reduce-scatter.ts';
import type { ReductionOptions } from '../collective/reduction/reduction.ts';
import { scan } from '../collective/scan/scan.ts';
import { type ScatterOptions, scatter } from '../collective/scatter/scatter.ts';
import { sum } from '../op/arithmetic.ts';
import type { Op, OpLike } from '../op/op.ts';
import { NO_OPTIONS } from '../pt2pt/check.ts';
import type { Request } from '../request/request.ts';
import { AnyCommunicator } from './any-communicator.ts';
import type { Parts } from './parts.ts';
import { started } from './started.ts';

/** The op that is meant where none is given: what it cannot take, it refuses. */
export const SUM: Op = sum;

/**
 * The collective calls of one communicator: all of its ranks must make the same ones in the same order.
 *
 * Any number can be under way, and messages from rank to rank beside them. Errors are those of `send` and `receive`;
 * besides, all reject with `ERR_MISMATCH` if another rank is in another call, or in this one with another root, op, count or
 * element type. A call that gives up, by its `timeout` or `signal`, leaves the others to complete: the part of this
 * rank goes on.
 *
 * @see MPI-4.1 §6
 */
export abstract class Collectives extends AnyCommunicator {
  readonly #calls: Calls;

  constructor(parts: Parts) {
    super(parts);
    this.#calls = parts.calls;
  }

  /** Wait until every rank has called this. @see MPI-4.1 §6.3 */
  barrier(options: CollectiveOptions = NO_OPTIONS): Request<void> {
    return started(() => barrier(this.#calls, options));
  }

  /**
   * Bring a value of one rank, the root, to all.
   *
   * @param value  counts on the root alone
   * @returns the value; on the root the very value it gave; with `into` that array, of which the first elements are new
   * @throws MpiError as `send` and `receive` for the value and `into`
   * @see MPI-4.1 §6.4
   */
  broadcast<T>(value?: T, options: BroadcastOptions = NO_OPTIONS): Request<T> {
    return started(() => broadcast(this.#calls, value, options) as Request<T>);
  }

  /**
   * Bring one value to each rank from one of them, the root.
   *
   * @param values  count on the root alone: a list with the value for each rank, or one typed array, of which each rank
   *   gets a part: all as long, unless there are `counts`
   * @returns the value for this rank; on the root, of a list, the very value; with `into` that array, of which the first elements
   *   are new
   * @throws MpiError `ERR_COUNT` or `ERR_BUFFER` for counts and displacements that do not fit; as `receive` for `into`
   * @see MPI-4.1 §6.6
   */
  scatter<A extends TypedArray>(array: A | undefined, options?: ScatterOptions): Request<A>;
  scatter<T>(values?: readonly T[], options?: ScatterOptions): Request<T>;
  scatter(
    values?: readonly unknown[] | TypedArray,
    options: ScatterOptions = NO_OPTIONS,
  ): Request<unknown> {
    return started(() => scatter(this.#calls, values, options));
  }

  /**
   * Bring the values of all ranks to one of them, the root.
   *
   * With `into` the typed arrays of all ranks are put into that one array, which may hold what the root itself contributes in its place.
   *
   * @returns the values by rank, or `into`; undefined on all ranks but the root. In the list, the own value is the very one given
   * @throws MpiError `ERR_COUNT`, `ERR_TRUNCATE`, `ERR_TYPE` or `ERR_BUFFER` on the root, if blocks do not fit into `into`
   * @see MPI-4.1 §6.5
   */
  gather<A extends TypedArray>(
    array: A,
    options: GatherOptions & { readonly into: A | undefined },
  ): Request<A | undefined>;
  gather<T>(value: T, options?: GatherOptions): Request<T[] | undefined>;
  gather(value: unknown, options: GatherOptions = NO_OPTIONS): Request<unknown> {
    return started(() => gather(this.#calls, value, options));
  }

  /**
   * Bring the values of all ranks to all.
   *
   * With `into` the typed arrays of all ranks are put into that one array, which may hold what this rank itself contributes in its place;
   * all ranks must then give one.
   *
   * @returns the values by rank, of which the own one is the very one given; or `into`
   * @throws MpiError as `gather`
   * @see MPI-4.1 §6.7
   */
  allgather<A extends TypedArray>(
    array: A,
    options: AllgatherOptions & { readonly into: A | undefined },
  ): Request<A>;
  allgather<T>(value: T, options?: AllgatherOptions): Request<T[]>;
  allgather(value: unknown, options: AllgatherOptions = NO_OPTIONS): Request<unknown> {
    return started(() => allgather(this.#calls, value, options));
  }

  /**
   * Bring a value from each rank to each other.
   *
   * @param values  a list with the value for each rank; or one typed array, of which each rank gets a part: all as long, unless there
   *   are `counts`. All ranks must give the same of the two
   * @returns the values from each rank, of which the own one is the very one given; of arrays, `into` or one array with all that came
   * @throws MpiError as `scatter` and `gather`
   * @see MPI-4.1 §6.8
   */
  alltoall<A extends TypedArray>(array: A, options?: AlltoallOptions): Request<A>;
  alltoall<T>(values: readonly T[], options?: AlltoallOptions): Request<T[]>;
  alltoall(
    values: readonly unknown[] | TypedArray,
    options: AlltoallOptions = NO_OPTIONS,
  ): Request<unknown> {
    return started(() => alltoall(this.#calls, values, options));
  }

  /**
   * Combine what all ranks give, in the order of ranks, on one of them, the root.
   *
   * Numbers, bigints and arrays are combined element by element by `sum`, `max` and so on; a function combines whatever it
   * can. No value is changed: the result has memory of its own, or is in `into`.
   *
   * @returns the result on the root, undefined on the others
   * @throws MpiError `ERR_OP` if the op cannot take the value; `ERR_TYPE`, `ERR_COUNT` or `ERR_BUFFER` if `into` cannot take
   *   the result
   * @see MPI-4.1 §6.9
   */
  reduce<T>(
    value: T,
    op: OpLike<T> = SUM,
    options: ReduceOptions = NO_OPTIONS,
  ): Request<T | undefined> {
    return started(() => reduce(this.#calls, value, op, options) as Request<T | undefined>);
  }

  /** Combine what all ranks give, as `reduce` does, and have the result on each. @see MPI-4.1 §6.9.6 */
  allreduce<T>(value: T, op: OpLike<T> = SUM, options: ReductionOptions = NO_OPTIONS): Request<T> {
    return started(() => allreduce(this.#calls, value, op, options) as Request<T>);
  }

  /**
   * Combine what all ranks give for each rank, and have that there.
   *
   * @param values  one for each rank
   * @throws MpiError as `reduce`; `ERR_COUNT` unless there is one value for each rank, or the counts fit the array
   * @see MPI-4.1 §6.10
   */
  reduceScatter<T>(
    values: readonly T[],
    op?: OpLike<T>,
    options?: ReduceScatterOptions,
  ): Request<T>;
  /**
   * Combine the arrays of all ranks element by element, and share the result out in blocks.
   *
   * @param array  the same length on all ranks
   */
  reduceScatter<A extends TypedArray>(
    array: A,
    op?: OpLike<A>,
    options?: ReduceScatterOptions,
  ): Request<A>;
  reduceScatter(
    values: unknown,
    op: unknown = SUM,
    options: ReduceScatterOptions = NO_OPTIONS,
  ): Request<unknown> {
    return started(() => reduceScatter(this.#calls, values, op, options));
  }

  /** Combine what all ranks up to this one give, this one included. @throws MpiError as `reduce` @see MPI-4.1 §6.11.1 */
  scan<T>(value: T, op: OpLike<T> = SUM, options: ReductionOptions = NO_OPTIONS): Request<T> {
    return started(() => scan(this.#calls, value, op, options) as Request<T>);
  }

  /**
   * Combine what all ranks below this one give.
   *
   * @returns undefined on rank 0, which leaves `into` as it is
   * @throws MpiError as `reduce`
   * @see MPI-4.1 §6.11.2
   */
  exscan<T>(
    value: T,
    op: OpLike<T> = SUM,
    options: ReductionOptions = NO_OPTIONS,
  ): Request<T | undefined> {
    return started(() => exscan(this.#calls, value, op, options) as Request<T | undefined>);
  }
}

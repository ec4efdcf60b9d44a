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
import type { OpLike } from '../op/op.ts';
import { NO_OPTIONS } from '../pt2pt/check.ts';
import { PersistentRequest } from '../pt2pt/persistent.ts';
import type { Request } from '../request/request.ts';
import { Collectives, SUM } from './collectives.ts';
import type { Parts } from './parts.ts';
import { started } from './started.ts';

/**
 * Collective calls whose arguments are fixed once, to be started many times.
 *
 * Each takes the arguments of the call that it is named after, and each `start()` is such a call: all ranks must start the same ones in the
 * same order among their collective calls. Lists and arrays are read anew at each start. Wrong arguments throw here.
 *
 * @see MPI-4.1 §6.13
 */
export abstract class PersistentCollectives extends Collectives {
  readonly #calls: Calls;

  constructor(parts: Parts) {
    super(parts);
    this.#calls = parts.calls;
  }

  /** @see `barrier` */
  barrierInit(options: CollectiveOptions = NO_OPTIONS): PersistentRequest<void> {
    return this.#init(options, (fixed) => barrier(this.#calls, fixed));
  }

  /** @see `broadcast` */
  broadcastInit<T>(value?: T, options: BroadcastOptions = NO_OPTIONS): PersistentRequest<T> {
    return this.#init(options, (fixed) => broadcast(this.#calls, value, fixed));
  }

  /** @see `scatter` */
  scatterInit<A extends TypedArray>(
    array: A | undefined,
    options?: ScatterOptions,
  ): PersistentRequest<A>;
  scatterInit<T>(values?: readonly T[], options?: ScatterOptions): PersistentRequest<T>;
  scatterInit(
    values?: readonly unknown[] | TypedArray,
    options: ScatterOptions = NO_OPTIONS,
  ): PersistentRequest<unknown> {
    return this.#init(options, (fixed) => scatter(this.#calls, values, fixed));
  }

  /** @see `gather` */
  gatherInit<A extends TypedArray>(
    array: A,
    options: GatherOptions & { readonly into: A | undefined },
  ): PersistentRequest<A | undefined>;
  gatherInit<T>(value: T, options?: GatherOptions): PersistentRequest<T[] | undefined>;
  gatherInit(value: unknown, options: GatherOptions = NO_OPTIONS): PersistentRequest<unknown> {
    return this.#init(options, (fixed) => gather(this.#calls, value, fixed));
  }

  /** @see `allgather` */
  allgatherInit<A extends TypedArray>(
    array: A,
    options: AllgatherOptions & { readonly into: A | undefined },
  ): PersistentRequest<A>;
  allgatherInit<T>(value: T, options?: AllgatherOptions): PersistentRequest<T[]>;
  allgatherInit(
    value: unknown,
    options: AllgatherOptions = NO_OPTIONS,
  ): PersistentRequest<unknown> {
    return this.#init(options, (fixed) => allgather(this.#calls, value, fixed));
  }

  /** @see `alltoall` */
  alltoallInit<A extends TypedArray>(array: A, options?: AlltoallOptions): PersistentRequest<A>;
  alltoallInit<T>(values: readonly T[], options?: AlltoallOptions): PersistentRequest<T[]>;
  alltoallInit(
    values: readonly unknown[] | TypedArray,
    options: AlltoallOptions = NO_OPTIONS,
  ): PersistentRequest<unknown> {
    return this.#init(options, (fixed) => alltoall(this.#calls, values, fixed));
  }

  /** @see `reduce` */
  reduceInit<T>(
    value: T,
    op: OpLike<T> = SUM,
    options: ReduceOptions = NO_OPTIONS,
  ): PersistentRequest<T | undefined> {
    return this.#init(options, (fixed) => reduce(this.#calls, value, op, fixed));
  }

  /** @see `allreduce` */
  allreduceInit<T>(
    value: T,
    op: OpLike<T> = SUM,
    options: ReductionOptions = NO_OPTIONS,
  ): PersistentRequest<T> {
    return this.#init(options, (fixed) => allreduce(this.#calls, value, op, fixed));
  }

  /** @see `reduceScatter` */
  reduceScatterInit<T>(
    values: readonly T[],
    op?: OpLike<T>,
    options?: ReduceScatterOptions,
  ): PersistentRequest<T>;
  reduceScatterInit<A extends TypedArray>(
    array: A,
    op?: OpLike<A>,
    options?: ReduceScatterOptions,
  ): PersistentRequest<A>;
  reduceScatterInit(
    values: unknown,
    op: unknown = SUM,
    options: ReduceScatterOptions = NO_OPTIONS,
  ): PersistentRequest<unknown> {
    return this.#init(options, (fixed) => reduceScatter(this.#calls, values, op, fixed));
  }

  /** @see `scan` */
  scanInit<T>(
    value: T,
    op: OpLike<T> = SUM,
    options: ReductionOptions = NO_OPTIONS,
  ): PersistentRequest<T> {
    return this.#init(options, (fixed) => scan(this.#calls, value, op, fixed));
  }

  /** @see `exscan` */
  exscanInit<T>(
    value: T,
    op: OpLike<T> = SUM,
    options: ReductionOptions = NO_OPTIONS,
  ): PersistentRequest<T | undefined> {
    return this.#init(options, (fixed) => exscan(this.#calls, value, op, fixed));
  }

  #init<T, O extends CollectiveOptions>(
    options: O,
    call: (options: O) => Request<unknown>,
  ): PersistentRequest<T> {
    this.#calls.rehearse(() => call(options));
    const fixed = options === NO_OPTIONS ? options : { ...options };
    return new PersistentRequest(() => started(() => call(fixed) as Request<T>));
  }
}

/** What the types of the collective calls that move data promise; compiling this file is the test. */
import type { Communicator } from '../../src/comm/communicator.ts';
import { max, sum } from '../../src/op/arithmetic.ts';
import type { PersistentRequest } from '../../src/pt2pt/persistent.ts';
import type { Request } from '../../src/request/request.ts';
import { isExactly } from '../helpers/is-exactly.ts';

declare const world: Communicator;
declare const doubles: Float64Array<ArrayBuffer>;
declare const isRoot: boolean;

interface Job {
  readonly id: number;
}
declare const job: Job;
declare const jobs: readonly Job[];

export function collectives(): void {
  isExactly<Request<void>>()(world.barrier());
  isExactly<Request<Job>>()(world.broadcast(job));
  isExactly<Request<Job>>()(world.broadcast<Job>());
  isExactly<Request<Job>>()(world.broadcast(isRoot ? job : undefined));

  isExactly<Request<Job>>()(world.scatter(jobs));
  isExactly<Request<Job>>()(world.scatter(isRoot ? jobs : undefined));
  isExactly<Request<Job>>()(world.scatter<Job>());
  isExactly<Request<typeof doubles>>()(world.scatter(doubles, { counts: [1, 2] }));
  isExactly<Request<typeof doubles>>()(world.scatter(isRoot ? doubles : undefined));

  isExactly<Request<Job[] | undefined>>()(world.gather(job, { root: 1 }));
  isExactly<Request<Float64Array[] | undefined>>()(world.gather<Float64Array>(doubles));
  isExactly<Request<typeof doubles | undefined>>()(world.gather(doubles, { into: doubles }));

  isExactly<Request<Job[]>>()(world.allgather(job));
  isExactly<Request<typeof doubles>>()(world.allgather(doubles, { into: doubles }));

  isExactly<Request<number>>()(world.allreduce(1, sum));
  isExactly<Request<number | undefined>>()(world.reduce(isRoot ? 1 : 0, max));
  isExactly<Request<bigint>>()(world.scan(1n, sum));
  isExactly<Request<string>>()(world.allreduce('a', (a, b) => a + b));
  isExactly<Request<number[]>>()(world.allreduce([], (a: number[], b: number[]) => [...a, ...b]));

  isExactly<Request<Job[]>>()(world.alltoall(jobs));
  isExactly<Request<typeof doubles>>()(world.alltoall(doubles, { receiveCounts: [1, 2] }));

  isExactly<PersistentRequest<void>>()(world.barrierInit());
  isExactly<PersistentRequest<Job>>()(world.broadcastInit(job));
  isExactly<PersistentRequest<Job[]>>()(world.allgatherInit(job));
  isExactly<PersistentRequest<typeof doubles>>()(world.alltoallInit(doubles));

  // @ts-expect-error the root is an option
  void world.broadcast(job, 1);
  // @ts-expect-error no such option
  void world.gather(job, { to: 1 });
  // @ts-expect-error an array is received into one of its own kind
  void (world.allgather(doubles, { into: new Int32Array(1) }) satisfies Request<Float64Array>);
}

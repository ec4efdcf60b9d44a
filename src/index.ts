export type { BinaryValue, TypedArray } from './base/array-kind.ts';
export { ANY_SOURCE, ANY_TAG, PROC_NULL, ROOT, TAG_UB, UNDEFINED } from './base/constants.ts';
export { type ErrorCode, MpiError } from './base/error.ts';
export type { AllgatherOptions } from './collective/allgather/allgather.ts';
export type { AlltoallOptions } from './collective/alltoall/alltoall.ts';
export type { RootedBroadcastOptions } from './collective/between/rooted.ts';
export type { RootedOptions } from './collective/between/sides.ts';
export type { BroadcastOptions } from './collective/broadcast/broadcast.ts';
export type { CollectiveOptions } from './collective/check.ts';
export type { GatherOptions } from './collective/gather/gather.ts';
export type { ReduceOptions } from './collective/reduce/reduce.ts';
export type { ReduceScatterOptions } from './collective/reduce-scatter/reduce-scatter.ts';
export type { ReductionOptions } from './collective/reduction/reduction.ts';
export type { ScatterOptions } from './collective/scatter/scatter.ts';
export { type AttributeCallbacks, AttributeKey, createAttributeKey } from './comm/attributes.ts';
export type { CartesianOptions } from './comm/cartesian.ts';
export type { PartOf } from './comm/communicator.ts';
export {
  CartesianCommunicator,
  Communicator,
  GraphCommunicator,
  Intercommunicator,
} from './comm/communicator.ts';
export type { Comparison } from './comm/compare.ts';
export type { IntercommunicatorOptions } from './comm/connect.ts';
export type { CreateGroupOptions } from './comm/create.ts';
export type { CreateOptions } from './comm/creation.ts';
export type { DistributedGraphOptions, GraphOptions } from './comm/graph.ts';
export type { MapOptions } from './comm/map.ts';
export type { AcceptOptions, ConnectOptions } from './comm/meet.ts';
export type { MergeOptions } from './comm/merge.ts';
export type { SendReceiveOptions } from './comm/point-to-point.ts';
export type { SpawnOptions } from './comm/spawn.ts';
export type { SpawnPart, SpawnSettings } from './comm/spawn-programs.ts';
export { Group } from './group/group.ts';
export type { RankRange } from './group/range.ts';
export {
  finalize,
  isMain,
  parent,
  ports,
  self,
  store,
  world,
} from './init.ts';
export { max, min, prod, sum } from './op/arithmetic.ts';
export { band, bor, bxor } from './op/bitwise.ts';
export { noOp, replace } from './op/choice.ts';
export { createOp, type OpOptions } from './op/create-op.ts';
export { maxloc, minloc } from './op/located.ts';
export { land, lor, lxor } from './op/logical.ts';
export { Op, type OpLike } from './op/op.ts';
export type { PoolOptions, StreamOptions, TaskOptions } from './pool/options.ts';
export { Pool } from './pool/pool.ts';
export type { ProgressReport } from './pool/progress.ts';
export type { PortOptions, Ports } from './ports/ports.ts';
export type {
  Limits,
  ProbeOptions,
  ReceiveOptions,
  SendMode,
  SendOptions,
} from './pt2pt/channel.ts';
export { MatchedMessage, type TakenOptions } from './pt2pt/matched-message.ts';
export type { Received } from './pt2pt/messages.ts';
export { PersistentRequest, startAll } from './pt2pt/persistent.ts';
export { abort } from './rank/abort.ts';
export { processorName, wtime } from './rank/machine.ts';
export { Request } from './request/request.ts';
export type { Status } from './request/status.ts';
export {
  type Completed,
  type MaybeRequest,
  testAll,
  testAny,
  testSome,
  waitAll,
  waitAny,
  waitSome,
} from './request/wait.ts';
export type { Lock } from './store/lock.ts';
export type { Store } from './store/store.ts';
export { dimsCreate } from './topology/dims-create.ts';
export type { GraphNode } from './topology/graph.ts';
export type { Shift } from './topology/grid.ts';

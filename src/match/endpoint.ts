/** One context of one communicator, seen from one of its ranks. */
export class Endpoint {
  readonly context: number;
  /** This rank in the communicator. */
  readonly rank: number;
  /** World rank of each rank of the communicator. */
  readonly worldRanks: readonly number[];

  constructor(context: number, rank: number, worldRanks: readonly number[]) {
    this.context = context;
    this.rank = rank;
    this.worldRanks = worldRanks;
  }

  get size(): number {
    return this.worldRanks.length;
  }

  worldRank(rank: number): number {
    return this.worldRanks[rank] as number;
  }
}

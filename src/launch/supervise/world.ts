import {
  FOREIGN_HOST,
  type ForeignEnd,
  type FromRank,
  type SegmentGrowth,
  type ToRank,
} from '../../control/message.ts';
import { Connections, type Disconnection, type Parted } from '../../group/connections.ts';
import type { JobEffects } from './effects.ts';
import type { Growth, NetworkOf } from './growth.ts';
import { foreignState, newRankState, type RankState } from './rank-state.ts';

/**
 * What the launcher knows of all processes of the job, and what it tells them of one another.
 *
 * Only a rank that has joined is told anything: a program that does not use tsmpi may have its own
 * idea of `process.on('message')`. One that joins late is told what it missed.
 */
export class World {
  readonly #ranks: RankState[];
  readonly #effects: JobEffects;
  /** The number of the host of each process that was spawned, from the process `#size` on. */
  readonly #spawnedHosts: number[] = [];
  /** What these share with others that were there before. */
  readonly #segments: SegmentGrowth[] = [];
  readonly #size: number;
  readonly #tellsAll: boolean;
  readonly #connections: Connections;
  #networkOf: NetworkOf | undefined;
  /** Processes that tell of those of other jobs. */
  readonly #speakers = new Set<number>();
  #addressesDue = true;
  #ending: ToRank | undefined;
  #finalized = false;

  /** @param tellsAll  whether those in finalize hear of each that comes there, and so how much it has sent */
  constructor(size: number, effects: JobEffects, tellsAll: boolean) {
    this.#ranks = Array.from({ length: size }, (_, rank) => newRankState(rank, size));
    this.#size = size;
    this.#connections = new Connections(size);
    this.#effects = effects;
    this.#tellsAll = tellsAll;
  }

  /** All that were ever to be started, by number. */
  get ranks(): readonly RankState[] {
    return this.#ranks;
  }

  /** Every rank is in finalize or gone: nobody needs anybody any more. */
  get finalized(): boolean {
    return this.#finalized;
  }

  /** Every rank has ended or will never start. */
  get ended(): boolean {
    return this.ranks.every(({ phase }) => phase === 'ended');
  }

  /** It is known of every rank whether it takes part. */
  get complete(): boolean {
    return this.ranks.every(({ joined, phase }) => joined || phase === 'ended');
  }

  /** The ranks whose process runs. */
  get running(): readonly RankState[] {
    return this.ranks.filter(({ phase }) => phase === 'running');
  }

  /** The running ranks that are told things and answer. */
  get members(): readonly RankState[] {
    return this.running.filter(({ joined }) => joined);
  }

  /** All but the processes of other jobs. */
  get own(): readonly RankState[] {
    return this.ranks.filter(({ speaker }) => speaker === undefined);
  }

  state(rank: number): RankState {
    const state = this.ranks[rank];
    if (state === undefined) throw new RangeError(`rank ${rank} of ${this.ranks.length}`);
    return state;
  }

  /** There are to be more, on these hosts, for this one; the others are told before any of them can be started. */
  grow({ hosts, tolerant, asker, networkOf, segments }: Growth): void {
    this.#networkOf = networkOf;
    const first = this.#ranks.length;
    const known = first + hosts.length;
    this.#spawnedHosts.push(...hosts);
    this.#segments.push(...segments);
    this.#connections.grow(hosts.length, asker);
    for (let rank = first; rank < known; rank += 1) {
      this.#ranks.push(newRankState(rank, known, tolerant));
    }
    this.#addressesDue = true;
    for (const state of this.members) this.#tellGrown(state);
  }

  /** Give the next numbers to processes of another job, and tell all of them. @returns the first */
  reserve(count: number, speaker: number): number {
    const first = this.#ranks.length;
    const known = first + count;
    for (let rank = first; rank < known; rank += 1) {
      this.#ranks.push(foreignState(rank, known, speaker));
      this.#spawnedHosts.push(FOREIGN_HOST);
    }
    this.#connections.grow(count, speaker);
    // What they give up is for their own job to know.
    for (const { rank } of this.#ranks.slice(first)) this.#connections.gone(rank);
    this.#speakers.add(speaker);
    for (const state of this.members) this.#tellGrown(state);
    return first;
  }

  /** Take in what a process says of one of another job, and pass it on. */
  foreign(speaker: number, rank: number, end: ForeignEnd): void {
    const state = this.ranks[rank];
    if (state === undefined || state.speaker !== speaker) return;
    if ('lost' in end) {
      this.lose(state, end.lost);
    } else if (state.finalizing === undefined) {
      state.finalizing = { kind: 'finalizing', framesSent: end.framesSent };
      this.#tellFinalizing(state);
    }
  }

  /** The rank's program has loaded tsmpi, or can be reached at an address by now. */
  join(state: RankState, address?: string): void {
    if (state.address === undefined && address !== undefined) {
      state.address = address;
      this.#addressesDue = true;
    }
    if (state.joined) return;
    state.joined = true;
    if (this.#ending !== undefined) this.#effects.send(state.rank, this.#ending);
    this.#tellGrown(state);
    for (const other of this.ranks) {
      if (other.finalizing !== undefined) this.#effects.send(state.rank, finalizingOf(other));
      if (other.lost !== undefined) this.#effects.send(state.rank, lostOf(other.rank, other.lost));
    }
  }

  /** The rank has entered finalize. */
  enterFinalize(state: RankState, message: FromRank & { readonly kind: 'finalizing' }): void {
    if (state.finalizing !== undefined) return;
    this.join(state);
    state.finalizing = message;
    state.finalizingSince = this.#effects.now();
    this.#tellFinalizing(state);
  }

  /** A process that is in finalize need not wait for the others. */
  letGo(state: RankState): void {
    if (state.finalizing !== undefined) this.#effects.send(state.rank, { kind: 'finalized' });
  }

  /** A process is through with a communicator. */
  disconnect({ rank }: RankState, news: Disconnection): void {
    this.#tellParted(this.#connections.disconnect(rank, news));
  }

  /** A process has ended, or will never start. */
  gone({ rank }: RankState): void {
    this.#tellParted(this.#connections.gone(rank));
  }

  /**
   * The processes that are connected with any of these, these among them, if none of the first world is, and somebody else goes
   * on.
   */
  apart(states: readonly RankState[]): readonly number[] | undefined {
    if (this.#connections.whole) return undefined;
    const groups = this.#connections.groups();
    const group = groups.filter((some) => states.some(({ rank }) => some.includes(rank))).flat();
    const isMain = group.some((process) => process < this.#size);
    const goesOn = this.#ranks.some(
      (state) => state.phase !== 'ended' && !group.includes(state.rank),
    );
    return isMain || !goesOn ? undefined : group;
  }

  /** Tell the others that they must do without this rank, and why. */
  lose(state: RankState, reason: string): void {
    if (state.lost !== undefined) return;
    state.lost = reason;
    this.#broadcast(lostOf(state.rank, reason), state.rank);
    if (!this.#speakers.has(state.rank)) return;
    for (const other of this.ranks) {
      if (other.speaker !== state.rank || other.finalizing !== undefined) continue;
      this.lose(other, `${reason}, and with it the connection to the other job`);
    }
  }

  /** Tell all that this rank's failure ends the job, so that each reports the cause and not its effects. */
  end(rank: number, reason: string): void {
    this.#ending = { kind: 'ending', rank, reason };
    this.#broadcast(this.#ending, rank);
  }

  /** Tell these that the failure of one of them ends them all. */
  endGroup(group: readonly number[], rank: number, reason: string): void {
    for (const member of this.members) {
      if (member.rank === rank || !group.includes(member.rank)) continue;
      this.#effects.send(member.rank, { kind: 'ending', rank, reason });
    }
  }

  /** Tell all what is now true of all. Harmless to call at any time. */
  progress(): void {
    if (this.#addressesDue && this.complete) {
      this.#addressesDue = false;
      this.#sendAddresses();
    }
    if (!this.#finalized) this.#release();
  }

  /** Let those go that are in finalize or gone with all that they are connected with. */
  #release(): void {
    const over = ({ finalizing, phase }: RankState): boolean =>
      finalizing !== undefined || phase === 'ended';
    this.#finalized = this.#ranks.every(over);
    if (!this.#finalized && this.#connections.whole) return;
    for (const group of this.#connections.groups()) {
      const states = group.map((rank) => this.state(rank));
      if (!states.every(over)) continue;
      for (const state of states.filter(({ released }) => !released)) {
        state.released = true;
        state.left = !this.#finalized;
        if (state.joined && state.phase === 'running') this.letGo(state);
      }
    }
  }

  #tellParted(parted: readonly Parted[]): void {
    for (const { context, processes } of parted) {
      for (const { rank } of this.members) {
        if (processes.includes(rank)) this.#effects.send(rank, { kind: 'parted', context });
      }
    }
  }

  #tellFinalizing(state: RankState): void {
    // Those that are there already wait for nobody's messages any more: to wake them for each that comes
    // would cost as many wakes as there are pairs of ranks. But who speaks for this job to another one passes it on.
    for (const { rank, finalizing } of this.members) {
      if (rank === state.rank) continue;
      if (finalizing === undefined || this.#tellsAll || this.#speakers.has(rank)) {
        this.#effects.send(rank, finalizingOf(state));
      }
    }
  }

  #tellGrown(state: RankState): void {
    const { rank, known: first } = state;
    if (first === this.#ranks.length) return;
    state.known = this.#ranks.length;
    const hosts = this.#spawnedHosts.slice(first - this.#size);
    const segments = this.#segments.filter(
      ({ part }) => (part.members[0] as number) >= first && part.elders.includes(rank),
    );
    const network = this.#networkOf?.(rank);
    this.#effects.send(rank, {
      kind: 'grown',
      first,
      hosts,
      segments,
      ...(network && { network }),
    });
  }

  #sendAddresses(): void {
    if (this.ranks.every(({ address }) => address === undefined)) return;
    // A rank that is gone has none, and nobody is to wait for it: `lost` tells of it.
    const addresses = this.ranks.map(({ address }) => address ?? '');
    this.#broadcast({ kind: 'addresses', addresses });
  }

  #broadcast(message: ToRank, except?: number): void {
    for (const { rank } of this.members) {
      if (rank !== except) this.#effects.send(rank, message);
    }
  }
}

function finalizingOf({ rank, finalizing }: RankState): ToRank {
  return { kind: 'finalizing', rank, framesSent: finalizing?.framesSent ?? [] };
}

function lostOf(rank: number, reason: string): ToRank {
  return { kind: 'lost', rank, reason };
}

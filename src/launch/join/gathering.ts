import { availableParallelism } from 'node:os';
import type { OnMessage, RankCommand, StartedRank } from '../start/start.ts';
import type { Member, MemberEnd, StopReason } from './member-facts.ts';
import { MemberLink } from './member-link.ts';
import { type MeetingPlace, reachSocket } from './place.ts';
import { together } from './processors.ts';

/** How often newcomers are looked for. */
const LOOK_MS = 20;

/** What a gathering tells its owner. */
export interface GatheringEvents {
  /** A rank has come. */
  onHere(member: Member): void;
  /** A member asks for the end of the job. */
  onStop(rank: number, reason: StopReason): void;
  /** A rank that had come is gone again, though the job is not over. */
  onLost(rank: number): void;
}

/** The ranks of a job on this host, as they come to the place where they meet. */
export class Gathering {
  readonly #place: MeetingPlace;
  readonly #size: number;
  readonly #events: GatheringEvents;
  readonly #links = new Map<number, MemberLink>();
  readonly #members: Member[] = [];
  /** Ranks that are being reached, or are here. */
  readonly #known = new Set<number>();
  readonly #timer: NodeJS.Timeout;
  #over = false;

  /** @param size  of the whole job */
  constructor(place: MeetingPlace, size: number, events: GatheringEvents) {
    this.#place = place;
    this.#size = size;
    this.#events = events;
    this.#timer = setInterval(() => this.#look(), LOOK_MS);
    this.#look();
  }

  /** Look for no more ranks, and leave no trace of the place. */
  stopLooking(): void {
    clearInterval(this.#timer);
    this.#place.close();
  }

  /** How many processors all together may run on. */
  processors(): number {
    const lists = this.#members.map(({ processors }) => processors);
    return together(lists, availableParallelism());
  }

  /** Have a rank started by its own member. */
  start(command: RankCommand, onMessage: OnMessage): Promise<StartedRank> {
    const link = this.#links.get(command.rank);
    if (link === undefined) return Promise.reject(new Error(`rank ${command.rank} is not here`));
    return link.start(command, onMessage);
  }

  /** All is over: let every member go. */
  async over(end: MemberEnd): Promise<void> {
    this.#over = true;
    this.stopLooking();
    await Promise.all([...this.#links.values()].map((link) => link.over(end)));
  }

  #look(): void {
    for (const rank of this.#place.ranks()) {
      if (rank < this.#size && !this.#known.has(rank)) void this.#reach(rank);
    }
  }

  async #reach(rank: number): Promise<void> {
    this.#known.add(rank);
    const socket = await reachSocket(this.#place.socketOf(rank));
    if (socket === undefined || this.#over) {
      // Nobody is there: it was left by one that was killed, and may yet be taken anew.
      socket?.destroy();
      this.#known.delete(rank);
      return;
    }
    const link = new MemberLink(socket, {
      onHere: (member) => {
        this.#links.set(rank, link);
        this.#members.push(member);
        this.#events.onHere(member);
      },
      onStop: (reason) => this.#events.onStop(rank, reason),
      onLost: () => {
        if (!this.#links.has(rank)) this.#known.delete(rank);
        else this.#events.onLost(rank);
      },
    });
  }
}

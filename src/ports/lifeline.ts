import type { MeetingPlan } from '../comm/parts.ts';
import type { ForeignEnd } from '../control/message.ts';
import type { Talk } from './talk.ts';

/** What one job tells another of its ranks, by their ranks in the group that has met the other. */
type News =
  | { readonly kind: 'finalizing'; readonly rank: number; readonly framesSent: readonly number[] }
  | { readonly kind: 'lost'; readonly rank: number; readonly reason: string }
  /** Nothing more need be said: all have finished, or the groups have disconnected. */
  | { readonly kind: 'bye' };

/** What a lifeline is told of its surroundings. */
export interface LifelineParts {
  readonly talk: Talk;
  readonly plan: MeetingPlan;
  /** The own group, by numbers of processes. */
  readonly group: readonly number[];
  /** What messages call the other job. */
  readonly title: string;
  /** How many processes this job has, those of others counted in. */
  readonly size: () => number;
  /** Tell all of this job what has become of a process of the other one. */
  readonly tell: (process: number, end: ForeignEnd) => void;
  /** Called once nothing more comes. */
  readonly onEnd: () => void;
}

/**
 * The connection of two roots, as long as their groups are joined: each tells what becomes of the ranks of its group. If
 * it ends without a word, the other job is gone.
 */
export class Lifeline {
  readonly #parts: LifelineParts;
  /** Ranks of the other group of which nothing more need be said. */
  readonly #gone = new Set<number>();
  #goodbye = false;

  constructor(parts: LifelineParts) {
    this.#parts = parts;
    const { title } = parts;
    parts.talk.listen(
      (message) => this.#take(message as News),
      () => {
        this.#loseRest(
          `the other job, ${title}, is gone: its connection has ended without a word, so it was killed or has failed, or its host is lost`,
        );
      },
    );
  }

  get plan(): MeetingPlan {
    return this.#parts.plan;
  }

  /** A process of this job has entered `finalize`. */
  finishing(process: number, framesSent: readonly number[]): void {
    const { talk, plan } = this.#parts;
    const rank = this.#rankOf(process);
    if (rank < 0) return;
    const frames = Array.from(
      { length: plan.count },
      (_, other) => framesSent[plan.first + other] ?? 0,
    );
    talk.send({ kind: 'finalizing', rank, framesSent: frames } satisfies News);
  }

  /** A process of this job is lost. */
  lost(process: number, reason: string): void {
    const rank = this.#rankOf(process);
    if (rank >= 0) this.#parts.talk.send({ kind: 'lost', rank, reason } satisfies News);
  }

  /** End it in good order. */
  close(): void {
    this.#parts.talk.send({ kind: 'bye' } satisfies News);
    this.#parts.talk.close();
    this.#parts.onEnd();
  }

  #rankOf(process: number): number {
    return this.#parts.group.indexOf(process);
  }

  #take(news: News): void {
    const { plan, group, title, size, tell } = this.#parts;
    switch (news.kind) {
      case 'finalizing': {
        this.#gone.add(news.rank);
        const framesSent = new Array<number>(size()).fill(0);
        for (const [rank, process] of group.entries()) {
          framesSent[process] = news.framesSent[rank] ?? 0;
        }
        tell(plan.first + news.rank, { framesSent });
        break;
      }
      case 'lost':
        this.#gone.add(news.rank);
        tell(plan.first + news.rank, { lost: `${news.reason} (in the other job, ${title})` });
        break;
      case 'bye':
        this.#goodbye = true;
        break;
    }
  }

  #loseRest(reason: string): void {
    const { plan, tell, onEnd } = this.#parts;
    for (let rank = 0; rank < plan.count && !this.#goodbye; rank += 1) {
      if (this.#gone.has(rank)) continue;
      this.#gone.add(rank);
      tell(plan.first + rank, { lost: reason });
    }
    onEnd();
  }
}

import type { Waiting } from '../comm/parts.ts';
import type { ControlPipe } from '../control/pipe.ts';
import type { Disconnection } from '../group/connections.ts';
import type { UserWait } from '../request/user-wait.ts';
import { realClock } from './real-clock.ts';

interface Parting {
  readonly wait: UserWait;
  readonly resolve: () => void;
}

/** Tells the launcher of communicators that this rank is through with, and waits until all of their ranks are. */
export class Partings {
  readonly #pipe: ControlPipe;
  readonly #underWay = new Map<number, Parting>();

  constructor(pipe: ControlPipe) {
    this.#pipe = pipe;
  }

  /** Tell of one. @returns resolves once all are through with it */
  async begin(news: Disconnection, waiting: Waiting): Promise<void> {
    const parted = new Promise<void>((resolve) => {
      const wait: UserWait = { ...waiting, kind: 'launcher', waitsFor: [], since: realClock.now() };
      this.#underWay.set(news.context, { wait, resolve });
    });
    this.#pipe.send({ kind: 'disconnected', ...news });
    this.#pipe.hold();
    await parted;
    this.#pipe.release();
  }

  /** What waits for others to be through. */
  waits(): UserWait[] {
    return [...this.#underWay.values()].map(({ wait }) => wait);
  }

  /** All are through with this one. */
  answered(context: number): void {
    this.#underWay.get(context)?.resolve();
    this.#underWay.delete(context);
  }

  /** Nobody will answer any more. */
  lost(): void {
    for (const context of [...this.#underWay.keys()]) this.answered(context);
  }
}

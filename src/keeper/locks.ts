import { Fifo } from '../base/fifo.ts';

/** One call for a lock: of which process, and which of its calls. */
export interface Claim {
  readonly client: number;
  readonly id: number;
}

/** A lock that somebody has got. */
export interface Grant extends Claim {
  /** Its last holder ended without giving it back. */
  readonly abandoned: boolean;
}

interface Lock {
  /** Undefined if nobody has it, since its last holder ended without giving it back. */
  holder: Claim | undefined;
  readonly queue: Fifo<Claim>;
}

/** Locks by name: each has one holder at a time, in the order in which they asked. */
export class Locks {
  /** Those that somebody holds, and those that somebody abandoned. */
  readonly #locks = new Map<string, Lock>();

  /** Ask for a lock: it is granted at once, or stands in the queue. */
  claim(name: string, claim: Claim): Grant | undefined {
    const lock = this.#locks.get(name);
    if (lock?.holder !== undefined) {
      lock.queue.push(claim);
      return undefined;
    }
    if (lock === undefined) this.#locks.set(name, { holder: claim, queue: new Fifo() });
    else lock.holder = claim;
    return { ...claim, abandoned: lock !== undefined };
  }

  /** Give a lock back, or leave its queue. @returns who has got it by that, if anybody */
  release(name: string, { client, id }: Claim): Grant | undefined {
    const lock = this.#locks.get(name);
    if (lock === undefined) return undefined;
    const { holder } = lock;
    if (holder?.client === client && holder.id === id) return this.#next(name, lock, false);
    this.leave(name, { client, id });
    return undefined;
  }

  /** Leave the queue for a lock. False if it does not stand there: then it holds the lock, or never asked. */
  leave(name: string, { client, id }: Claim): boolean {
    const queue = this.#locks.get(name)?.queue;
    if (queue === undefined) return false;
    for (const claim of queue) {
      if (claim.client === client && claim.id === id) return queue.remove(claim);
    }
    return false;
  }

  /** Take all from a process that is gone. @returns who has got what by that */
  gone(client: number): Grant[] {
    const grants: Grant[] = [];
    for (const [name, lock] of this.#locks) {
      for (const claim of [...lock.queue]) if (claim.client === client) lock.queue.remove(claim);
      if (lock.holder?.client !== client) continue;
      const grant = this.#next(name, lock, true);
      if (grant !== undefined) grants.push(grant);
    }
    return grants;
  }

  holder(name: string): number | undefined {
    return this.#locks.get(name)?.holder?.client;
  }

  /** Who holds which lock. */
  holders(): Map<string, number> {
    const holders = new Map<string, number>();
    for (const [name, { holder }] of this.#locks) {
      if (holder !== undefined) holders.set(name, holder.client);
    }
    return holders;
  }

  /** Who has asked for which lock and was not done with it, in the order in which they asked. */
  *claims(): Generator<readonly [name: string, claim: Claim]> {
    for (const [name, { holder, queue }] of this.#locks) {
      if (holder !== undefined) yield [name, holder];
      for (const claim of queue) yield [name, claim];
    }
  }

  #next(name: string, lock: Lock, abandoned: boolean): Grant | undefined {
    lock.holder = lock.queue.shift();
    if (lock.holder !== undefined) return { ...lock.holder, abandoned };
    // Whoever comes next is to be told, so the lock is remembered.
    if (!abandoned) this.#locks.delete(name);
    return undefined;
  }
}

import { Pace } from './pace.ts';
import type { Chunk, Supply } from './supply.ts';

/** No worker has more chunks at a time, however short they are. */
const MOST_LOADS = 512;

/** What waits in front of a worker is asked back if it would take so many microseconds there, while another has nothing to do. */
const RECALL_MICROS = 2000;

/** A chunk that was given to a worker. */
export interface Load<S extends Supply> extends Chunk {
  readonly id: number;
  readonly supply: S;
  /** How many workers have ended while they had these items. */
  readonly kills: number;
}

/** How chunks are handed out. */
export interface ScheduleOptions<S extends Supply> {
  /** Hand these to a worker, in this order. */
  readonly give: (worker: number, loads: readonly Load<S>[]) => void;
  /** Ask a worker for these back, as far as it has not begun them; it answers, and `returned` is called. Left out: nothing is asked back. */
  readonly recall?: ((worker: number, ids: readonly number[]) => void) | undefined;
  /** A worker has at least so many, while there are enough; 1 if left out. */
  readonly least?: number | undefined;
}

interface Worker<S extends Supply> {
  readonly id: number;
  /** What it has, in the order in which it was given. */
  readonly loads: Map<number, Load<S>>;
  readonly least: number;
  /** It may have so many: more with every answer, since the first chunks of a call may be shorter than all others. */
  most: number;
  /** It has one that is run alone. */
  alone: boolean;
  /** It was asked for something back, and has not answered yet. */
  asked: boolean;
}

/** A chunk that was handed out before. */
type Again<S extends Supply> = Chunk & { readonly supply: S; readonly kills: number };

/**
 * Decides which worker gets what, and when.
 *
 * Each gets the next chunk when it has done the one before, so those that are faster, or have shorter ones, do more of them.
 * Where chunks are short, some are handed out ahead: as many as fit in the time that a message takes. The calls that are under way
 * take turns. What proves long though the last ones were short is asked back, once somebody has nothing to do. Knows nothing of time or messages: it is told what has happened.
 */
export class Schedule<S extends Supply> {
  readonly #give: ScheduleOptions<S>['give'];
  readonly #recall: ScheduleOptions<S>['recall'];
  readonly #least: number;
  readonly #workers = new Map<number, Worker<S>>();
  readonly #paces = new Map<S, Pace>();
  /** The calls that are under way; the first has the next turn. */
  #supplies: S[] = [];
  /** What workers had that have ended, item by item: each is run alone, so that one more end is its own. */
  #suspects: Again<S>[] = [];
  /** What was given back. */
  #returned: Again<S>[] = [];
  #lastId = 0;

  constructor({ give, recall, least = 1 }: ScheduleOptions<S>) {
    this.#give = give;
    this.#recall = recall;
    this.#least = least;
  }

  /** How many workers there are. */
  get size(): number {
    return this.#workers.size;
  }

  /** Whether no worker has anything, and nothing waits to be run again. */
  get idle(): boolean {
    if (this.#suspects.length > 0 || this.#returned.length > 0) return false;
    for (const { loads } of this.#workers.values()) if (loads.size > 0) return false;
    return true;
  }

  /** A call has begun. Hands out nothing yet. */
  add(supply: S): void {
    this.#supplies.push(supply);
    this.#paces.set(supply, new Pace());
  }

  /** A call is over: nothing more of it is handed out. Workers go on with what they have. */
  remove(supply: S): void {
    this.#supplies = this.#supplies.filter((other) => other !== supply);
    this.#suspects = this.#suspects.filter((suspect) => suspect.supply !== supply);
    this.#returned = this.#returned.filter((returned) => returned.supply !== supply);
    this.#paces.delete(supply);
  }

  /** There is a worker more. Hands out nothing yet. @param least  as in the options, for this one */
  join(id: number, least: number = this.#least): void {
    this.#workers.set(id, { id, loads: new Map(), least, most: least, alone: false, asked: false });
  }

  /** Whether a worker has something to do. */
  busy(id: number): boolean {
    return (this.#workers.get(id)?.loads.size ?? 0) > 0;
  }

  /** Whether a worker owes an answer. */
  owes(id: number): boolean {
    return this.busy(id) || this.#workers.get(id)?.asked === true;
  }

  /**
   * How many microseconds pass between two answers, as far as is known; Infinity if nothing is. What is under way of the call
   * with the shortest chunks counts.
   *
   * @param most  a worker answers after this time, though it has more to do
   */
  intervalWithin(most: number): number {
    let shortest = Number.POSITIVE_INFINITY;
    for (const { mean } of this.#paces.values()) {
      if (mean !== undefined && mean < shortest) shortest = mean;
    }
    let busy = 0;
    let soonest = Number.POSITIVE_INFINITY;
    for (const { loads } of this.#workers.values()) {
      if (loads.size === 0) continue;
      busy += 1;
      soonest = Math.min(soonest, Math.max(shortest, Math.min(loads.size * shortest, most)));
    }
    return soonest / Math.max(busy, 1);
  }

  /** What a worker has to do. */
  loadsOf(id: number): readonly Load<S>[] {
    return [...(this.#workers.get(id)?.loads.values() ?? [])];
  }

  /**
   * A worker is gone. What it had will be run again, item by item, once `redo` was called with it.
   *
   * @returns what it had
   */
  leave(id: number): Load<S>[] {
    const loads = [...(this.#workers.get(id)?.loads.values() ?? [])];
    this.#workers.delete(id);
    return loads;
  }

  /** Run one item again, before all others, since its worker has ended. */
  redo({ supply, kills }: Load<S>, first: number, item: unknown): void {
    if (this.#paces.has(supply)) {
      this.#suspects.push({ supply, first, items: [item], kills: kills + 1 });
    }
  }

  /** A worker has done some of what it had. Hands out nothing yet. */
  done(id: number, answers: readonly { readonly id: number; readonly micros: number }[]): void {
    const worker = this.#workers.get(id);
    if (worker === undefined) return;
    for (const answer of answers) {
      const load = worker.loads.get(answer.id);
      if (load === undefined) continue;
      worker.loads.delete(answer.id);
      this.#paces.get(load.supply)?.note(answer.micros);
    }
    if (worker.loads.size === 0) worker.alone = false;
    worker.most = Math.min(MOST_LOADS, worker.most * 2);
  }

  /** A worker has given back what it was asked for, as far as it had not begun it. Hands out nothing yet. */
  returned(id: number, ids: readonly number[]): void {
    const worker = this.#workers.get(id);
    if (worker === undefined) return;
    worker.asked = false;
    const surprised = new Set<S>();
    for (const returned of ids) {
      const load = worker.loads.get(returned);
      if (load === undefined) continue;
      worker.loads.delete(returned);
      surprised.add(load.supply);
      if (this.#paces.has(load.supply)) this.#returned.push(load);
    }
    for (const supply of surprised) this.#paces.get(supply)?.surprise();
  }

  /** What a worker has of this id. */
  loadOf(worker: number, id: number): Load<S> | undefined {
    return this.#workers.get(worker)?.loads.get(id);
  }

  /** Hand out all that can be handed out now. */
  fill(): void {
    const given = new Map<Worker<S>, Load<S>[]>();
    const put = (worker: Worker<S>, load: Load<S>): void => {
      worker.loads.set(load.id, load);
      const loads = given.get(worker);
      if (loads === undefined) given.set(worker, [load]);
      else loads.push(load);
    };
    // Nobody gets a second one while somebody has none.
    for (const worker of this.#workers.values()) {
      if (worker.loads.size > 0) continue;
      const suspect = this.#suspects.shift();
      const load = suspect === undefined ? this.#next(() => true) : this.#load(suspect);
      if (load === undefined) break;
      worker.alone = suspect !== undefined;
      put(worker, load);
    }
    // While items wait to be run alone, workers run dry, so that one of them can.
    if (this.#suspects.length === 0) {
      for (const worker of this.#workers.values()) this.#topUp(worker, put);
    }
    for (const [worker, loads] of given) this.#give(worker.id, loads);
    if (this.#recall !== undefined && this.#suspects.length === 0) this.#askBack(this.#recall);
  }

  /** Ask the one with the most work in front of it to give it back, but for the first, if somebody has none. */
  #askBack(recall: (worker: number, ids: readonly number[]) => void): void {
    let someIdle = false;
    let busiest: Worker<S> | undefined;
    let most = RECALL_MICROS;
    for (const worker of this.#workers.values()) {
      const [first] = worker.loads.values();
      if (first === undefined) {
        someIdle = true;
        continue;
      }
      const micros = (worker.loads.size - 1) * (this.#paces.get(first.supply)?.mean ?? 0);
      if (worker.asked || micros < most) continue;
      busiest = worker;
      most = micros;
    }
    if (!someIdle || busiest === undefined) return;
    busiest.asked = true;
    recall(busiest.id, [...busiest.loads.keys()].slice(1));
  }

  #topUp(worker: Worker<S>, put: (worker: Worker<S>, load: Load<S>) => void): void {
    const { loads, least, most, alone } = worker;
    if (loads.size === 0 || alone) return;
    const windows = new Map<S, number>();
    const room = (supply: S): boolean => {
      let window = windows.get(supply);
      if (window === undefined) {
        window = this.#windowOf(supply, least, most);
        windows.set(supply, window);
        // Not one by one: messages are worth while if they carry several.
        if (loads.size > window >> 1 && loads.size >= least) windows.set(supply, 0);
      }
      return loads.size < (windows.get(supply) as number);
    };
    for (;;) {
      const load = this.#next(room);
      if (load === undefined) return;
      put(worker, load);
    }
  }

  /** How many chunks a worker may have if the next is of this call. */
  #windowOf(supply: S, least: number, most: number): number {
    // Towards the end all get their share of what is left, and none gets a heap of it.
    const share = Math.ceil((supply.left + this.#returned.length) / (2 * this.#workers.size));
    const window = Math.min(this.#paces.get(supply)?.window ?? 1, most, share);
    return Math.max(least, window);
  }

  /** Take a chunk of the first call that has one and may. */
  #next(may: (supply: S) => boolean): Load<S> | undefined {
    const back = this.#returned.findIndex(({ supply }) => may(supply));
    if (back >= 0) return this.#load(...(this.#returned.splice(back, 1) as [Again<S>]));
    // A call may end when it is asked, and is then taken out of a list that replaces this one.
    for (const supply of this.#supplies) {
      const chunk = may(supply) ? supply.take() : undefined;
      if (chunk === undefined) continue;
      if (this.#supplies.length > 1) {
        this.#supplies = [...this.#supplies.filter((other) => other !== supply), supply];
      }
      return this.#load({ ...chunk, supply, kills: 0 });
    }
    return undefined;
  }

  #load({ supply, first, items, kills }: Again<S>): Load<S> {
    this.#lastId += 1;
    return { id: this.#lastId, supply, first, items, kills };
  }
}

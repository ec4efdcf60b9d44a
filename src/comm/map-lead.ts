import { MpiError } from '../base/error.ts';
import { show } from '../base/show.ts';
import { encode, Packed } from '../codec/payload.ts';
import type { Channel } from '../collective/channel.ts';
import { type FailedItem, sendable, unsendable } from '../tasks/failure.ts';
import {
  type Answers,
  packWork,
  runWork,
  type TaskFailure,
  type TaskFunction,
  unpackAnswers,
} from '../tasks/run.ts';
import { type Load, Schedule } from '../tasks/schedule.ts';
import { ListSupply } from '../tasks/supply.ts';

/** How a `map` has ended. */
export type MapResult =
  | { readonly values: readonly unknown[] | undefined }
  | { readonly failure: MapFailure };

/** Why there are no results: an item failed, or could not be handed out. */
export type MapFailure =
  | (FailedItem & { readonly rank: number })
  | { readonly code: MpiError['code']; readonly text: string };

/** What a `map` is about. */
export interface MapLeadOptions {
  readonly channel: Channel;
  readonly fn: TaskFunction;
  readonly list: readonly unknown[];
  readonly chunkSize: number;
  readonly now: () => number;
  /** Whether all ranks get the results. */
  readonly all: boolean;
}

/** While this rank works, nobody gets anything; so it looks up after this many milliseconds, if what it does is short. */
const LOOK_UP_MS = 0.2;

/** Others have one more than they work on, for the time in which rank 0 works on its own. */
const LEAST = 2;

/** Rank 0 of a `map`. */
export class MapLead {
  readonly #options: MapLeadOptions;
  readonly #results: unknown[];
  readonly #schedule: Schedule<ListSupply>;
  /** What this rank is to do itself. */
  #own: Load<ListSupply>[] = [];
  /** Answers that each rank owes. */
  readonly #owed: number[];
  #listeners: Promise<void>[] = [];
  #failure: MapFailure | undefined;
  #onNews: () => void = () => {};
  #error: unknown;

  constructor(options: MapLeadOptions) {
    const { channel, list, chunkSize } = options;
    this.#options = options;
    this.#results = new Array(list.length);
    this.#owed = new Array<number>(channel.size).fill(0);
    this.#schedule = new Schedule({
      least: LEAST,
      give: (rank, loads) => this.#give(rank, loads),
    });
    this.#schedule.add(new ListSupply(list, chunkSize));
    // The others first: they can begin while this rank still hands out.
    for (let rank = 1; rank < channel.size; rank += 1) this.#schedule.join(rank);
    this.#schedule.join(0, 1);
  }

  /** @param isGivenUp  whether nobody waits for the results any more */
  async run(isGivenUp: () => boolean): Promise<MapResult> {
    const isOver = (): boolean =>
      this.#failure !== undefined || this.#error !== undefined || isGivenUp();
    this.#schedule.fill();
    while (!isOver() && !this.#schedule.idle) {
      if (this.#own.length > 0) await this.#work();
      else await this.#news();
      if (!isOver()) this.#schedule.fill();
    }
    await Promise.all(this.#listeners);
    if (this.#error !== undefined) throw this.#error;
    return this.#end(isGivenUp());
  }

  #end(isGivenUp: boolean): MapResult {
    const { channel, all } = this.#options;
    let result: MapResult =
      this.#failure === undefined ? { values: this.#results } : { failure: this.#failure };
    const plain: MapResult = 'failure' in result || all ? result : { values: undefined };
    let news: Packed;
    try {
      news = Packed.of({ over: isGivenUp ? { values: undefined } : plain });
    } catch (error) {
      // Results of rank 0 itself are not sent unless all want them.
      result = { failure: this.#unsendable(error) };
      news = Packed.of({ over: result });
    }
    for (let rank = 1; rank < channel.size; rank += 1) void channel.send(news, rank);
    return result;
  }

  #give(rank: number, loads: readonly Load<ListSupply>[]): void {
    if (rank === 0) {
      this.#own.push(...loads);
      return;
    }
    const { channel } = this.#options;
    let work: Packed;
    try {
      work = Packed.of(packWork(loads));
    } catch (error) {
      const [first] = loads;
      const place = first === undefined ? '' : ` from ${first.first} on`;
      this.#failure ??= failureOf(`items${place} cannot be sent`, error);
      return;
    }
    void channel.send(work, rank);
    this.#owed[rank] = (this.#owed[rank] as number) + 1;
    if (this.#owed[rank] === 1) this.#listeners.push(this.#listen(rank));
  }

  /** Take in what a rank answers, while it owes an answer: no receive may be left over. */
  async #listen(rank: number): Promise<void> {
    const { channel } = this.#options;
    try {
      while ((this.#owed[rank] as number) > 0) {
        const answers = (await channel.receive(rank)) as Answers;
        this.#owed[rank] = (this.#owed[rank] as number) - 1;
        this.#take(rank, answers);
        this.#onNews();
      }
    } catch (error) {
      this.#error ??= error;
      this.#onNews();
    }
  }

  /** Do some of what is this rank's own, and let messages come in. */
  async #work(): Promise<void> {
    const { fn, now } = this.#options;
    const until = now() + LOOK_UP_MS;
    do {
      const load = this.#own.shift() as Load<ListSupply>;
      const answers = await runWork(fn, packWork([load]), false, now);
      this.#take(0, answers);
    } while (this.#own.length > 0 && this.#failure === undefined && now() < until);
    if (this.#options.channel.size > 1) await new Promise(setImmediate);
  }

  #take(rank: number, answers: Answers): void {
    const done = unpackAnswers(answers, (id, values) => {
      const first = this.#schedule.loadOf(rank, id)?.first as number;
      for (const [at, value] of values.entries()) this.#results[first + at] = value;
    });
    const { failure } = answers;
    if (failure !== undefined) this.#failure ??= this.#failureOf(rank, failure);
    this.#schedule.done(rank, done);
  }

  #failureOf(rank: number, { id, at, error }: TaskFailure): MapFailure {
    const load = this.#schedule.loadOf(rank, id) as Load<ListSupply>;
    const fn = this.#options.fn.name || 'the function';
    const shown = show(load.items[at]);
    return { rank, index: load.first + at, shown, fn, error: sendable(error) };
  }

  /** Find the result that cannot be sent to all. */
  #unsendable(error: unknown): MapFailure {
    const { fn, list } = this.#options;
    for (const [index, value] of this.#results.entries()) {
      try {
        encode(value);
      } catch (because) {
        const shown = show(list[index]);
        return { rank: 0, index, shown, fn: fn.name || 'the function', error: unsendable(because) };
      }
    }
    throw error;
  }

  #news(): Promise<void> {
    return new Promise((resolve) => {
      this.#onNews = resolve;
    });
  }
}

function failureOf(what: string, error: unknown): MapFailure {
  if (!(error instanceof MpiError)) throw error;
  return { code: error.code, text: `${what}: ${error.message}` };
}

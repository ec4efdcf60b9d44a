import { MpiError } from '../base/error.ts';
import { encode } from '../codec/payload.ts';
import { failedItem } from '../tasks/failure.ts';
import { type Answers, packWork, unpackAnswers } from '../tasks/run.ts';
import { type Load, Schedule } from '../tasks/schedule.ts';
import type { Call } from './call.ts';
import { Crew, type CrewOptions, lossOf } from './crew.ts';
import { ANSWER_MS, SOON_MS } from './pacing.ts';
import type { FromWorker, FunctionReference } from './wire.ts';

/** The options of a dispatcher. */
export interface DispatcherOptions extends CrewOptions {
  /** Show an item in an error. */
  readonly show: (item: unknown) => string;
  /** A function by its number. */
  readonly referenceOf: (key: number) => FunctionReference;
}

/** More workers than these are counted in an error. */
const MOST_SHOWN = 4;

/** Brings the items of calls to workers, and what became of them back. */
export class Dispatcher {
  readonly #options: DispatcherOptions;
  readonly #schedule: Schedule<Call>;
  readonly #crew: Crew;
  readonly #calls = new Set<Call>();
  #onDrained: (() => void)[] = [];
  #filling = false;
  /** There may be more to hand out. */
  #wanted = false;
  /** Makes the error that ends each call, once there are no workers. */
  #broken: (() => unknown) | undefined;

  constructor(options: DispatcherOptions) {
    this.#options = options;
    this.#schedule = new Schedule({
      give: (worker, loads) => this.#give(worker, loads),
      recall: (worker, ids) => this.#crew.tell(worker, { kind: 'return', ids }),
    });
    this.#crew = new Crew(options, {
      onReady: (worker) => {
        this.#schedule.join(worker);
        this.fill();
      },
      onMessage: (worker, message) => this.#take(worker, message),
      onLost: (worker, error) => this.#lose(worker, error),
      onBroken: (makeError) => this.#breakUp(makeError),
      expects: (worker) => this.#schedule.owes(worker),
      busy: (worker) => this.#schedule.busy(worker),
    });
    // Workers that get ready may need the processor.
    options.ground.waits(this, 0);
  }

  /** Begin a call. */
  start(call: Call): void {
    const broken = this.#broken;
    if (broken !== undefined) {
      call.fail(broken);
      return;
    }
    this.#calls.add(call);
    this.#schedule.add(call);
    this.fill();
    // Perhaps there are no items at all.
    call.check();
  }

  /** A call has ended. */
  ended(call: Call): void {
    this.#calls.delete(call);
    this.#schedule.remove(call);
    this.#look();
    if (this.#calls.size > 0) return;
    for (const resolve of this.#onDrained.splice(0)) resolve();
  }

  /** Hand out what can be handed out now. */
  fill(): void {
    this.#wanted = true;
    if (this.#filling) return;
    this.#filling = true;
    try {
      while (this.#wanted) {
        this.#wanted = false;
        this.#schedule.fill();
      }
    } finally {
      this.#filling = false;
      this.#look();
    }
  }

  /** Decide how this process waits for what workers answer. */
  #look(): void {
    const { ground } = this.#options;
    if (this.#calls.size === 0) {
      ground.waits(this, undefined);
      return;
    }
    const isSoon = this.#schedule.intervalWithin(ANSWER_MS * 1000) < SOON_MS * 1000;
    ground.waits(this, isSoon ? SOON_MS : 0);
  }

  /** Say what workers have begun of a call. */
  describe(call: Call): string {
    const { show } = this.#options;
    const begun = this.#crew.workers().flatMap((worker) => {
      // A worker does one after the other.
      const [load] = this.#schedule.loadsOf(worker);
      if (load?.supply !== call) return [];
      const { first, items } = load;
      const which =
        items.length === 1
          ? `item ${first}`
          : `items ${first} to ${first + items.length - 1}, the first being`;
      return `; ${this.#crew.nameOf(worker)} is at ${which}, ${show(items[0])}`;
    });
    const more =
      begun.length > MOST_SHOWN ? `; ${begun.length - MOST_SHOWN} more workers are busy` : '';
    return `${begun.slice(0, MOST_SHOWN).join('')}${more}`;
  }

  /** End all calls. */
  cancel(makeError: () => unknown): void {
    for (const call of [...this.#calls]) {
      call.options.results.forgive();
      call.fail(makeError);
    }
  }

  /** Resolves when no call is under way. */
  async drained(): Promise<void> {
    if (this.#calls.size === 0) return;
    await new Promise<void>((resolve) => this.#onDrained.push(resolve));
  }

  /** Let the workers go. */
  close(): void {
    this.#crew.close();
  }

  #give(worker: number, loads: readonly Load<Call>[]): void {
    for (const [call, some] of byCall(loads)) {
      const { key, spread } = call.options;
      try {
        if (this.#crew.learns(worker, key)) {
          const reference = this.#options.referenceOf(key);
          this.#crew.tell(worker, { kind: 'function', key, reference });
        }
        this.#crew.tell(worker, { kind: 'work', key, spread, ...packWork(some) });
      } catch (error) {
        this.#schedule.done(worker, some.map(withoutTime));
        call.fail(() => this.#unsendable(call, some, error));
        this.#wanted = true;
      }
    }
  }

  #take(worker: number, message: FromWorker): void {
    if (message.kind === 'answers') this.#takeAnswers(worker, message);
    if (message.kind === 'returned') this.#schedule.returned(worker, message.ids);
    if (message.kind === 'unknown') {
      for (const load of this.#schedule.loadsOf(worker)) {
        if (!message.ids.includes(load.id)) continue;
        this.#schedule.done(worker, [withoutTime(load)]);
        load.supply.fail(() => this.#error(load.supply, 'ERR_ARG', message.text));
      }
    }
    this.fill();
  }

  #takeAnswers(worker: number, answers: Answers): void {
    const put: (() => void)[] = [];
    const done = unpackAnswers(answers, (id, values) => {
      const load = this.#schedule.loadOf(worker, id);
      if (load !== undefined) put.push(() => load.supply.put(load.first, values));
    });
    const { failure } = answers;
    const failed = failure && this.#schedule.loadOf(worker, failure.id);
    this.#schedule.done(worker, done);
    for (const take of put) take();
    if (failure === undefined) return;
    if (failed !== undefined) {
      const { supply, first, items } = failed;
      const where = this.#crew.nameOf(worker);
      const { ground, show } = this.#options;
      const item = {
        index: first + failure.at,
        shown: show(items[failure.at]),
        fn: supply.options.fn,
      };
      const { error } = failure;
      supply.fail(() => failedItem(this.#who(supply), where, { ...item, error }, ground.rank));
    }
    this.#schedule.done(
      worker,
      [failure.id, ...failure.skipped].map((id) => ({ id, micros: 0 })),
    );
  }

  #lose(worker: number, error: unknown): void {
    for (const load of this.#schedule.leave(worker)) {
      const { supply, first, items, kills } = load;
      for (const [at, item] of items.entries()) {
        if (supply.over) break;
        if (kills < supply.options.retries) {
          this.#schedule.redo(load, first + at, item);
          continue;
        }
        const times = kills === 0 ? 'a worker' : `${kills + 1} workers`;
        const text = `item ${first + at}, ${this.#options.show(item)}, has ended ${times} that ran ${supply.options.fn} on it; the last: ${lossOf(error)}`;
        supply.fail(() => this.#error(supply, 'ERR_PROC_FAILED', text, first + at));
      }
    }
    this.fill();
  }

  #breakUp(makeError: () => unknown): void {
    this.#broken = makeError;
    for (const call of [...this.#calls]) call.fail(makeError);
  }

  #unsendable(call: Call, loads: readonly Load<Call>[], error: unknown): unknown {
    const { show } = this.#options;
    for (const { first, items } of loads) {
      for (const [at, item] of items.entries()) {
        try {
          encode(item);
        } catch (because) {
          if (!(because instanceof MpiError)) throw because;
          const text = `item ${first + at}, ${show(item)}, cannot be sent: ${because.message}`;
          return this.#error(call, because.code, text, first + at);
        }
      }
    }
    return error;
  }

  #error(call: Call, code: MpiError['code'], text: string, item?: number): MpiError {
    const { rank } = this.#options.ground;
    return new MpiError(code, `${this.#who(call)}: ${text}`, { rank, item });
  }

  #who(call: Call): string {
    return `${this.#options.ground.who}: pool.${call.options.name}`;
  }
}

function byCall(loads: readonly Load<Call>[]): Map<Call, Load<Call>[]> {
  const found = new Map<Call, Load<Call>[]>();
  for (const load of loads) {
    const some = found.get(load.supply);
    if (some === undefined) found.set(load.supply, [load]);
    else some.push(load);
  }
  return found;
}

function withoutTime({ id }: Load<Call>): { readonly id: number; readonly micros: number } {
  return { id, micros: 0 };
}

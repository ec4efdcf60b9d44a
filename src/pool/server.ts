import { MpiError } from '../base/error.ts';
import type { PointToPoint } from '../comm/point-to-point.ts';
import { Request } from '../request/request.ts';
import { endUnsendable, sendable } from '../tasks/failure.ts';
import { type Answers, isThenable, noAnswers, runWork, type TaskFunction } from '../tasks/run.ts';
import { ANSWER_MS, SOON_MS } from './pacing.ts';
import { findFunction, type Namespace } from './reference.ts';
import type { FromWorker, FunctionReference, Initializer, ToWorker } from './wire.ts';

/** What takes longer than it was meant to when it was handed out, in milliseconds, may be asked back. */
const LATE_MS = 10;

/** What a worker needs of what lies around it. */
export interface ServerOptions {
  /** Between the worker and the one that has the pools, which is rank 0 there. */
  readonly comm: PointToPoint;
  /** Whether there is only one pool: then its end is that of this worker. */
  readonly single: boolean;
  /** Get what a module exports. */
  readonly importModule: (url: string) => Promise<Namespace>;
  readonly now: () => number;
  /** Say for how many milliseconds it is worth looking for what is waited for; undefined if nothing is. */
  readonly waits: (lookMs: number | undefined) => void;
}

/** A message to this worker, and the number of the pool that it is of. */
interface Told {
  readonly message: ToWorker;
  readonly tag: number;
  /** Chunks in it that were given back. */
  readonly dropped: Set<number>;
}

interface ServedPool {
  readonly module: string;
  readonly namespace: Promise<Namespace>;
  readonly functions: Map<number, TaskFunction | string>;
}

const NEVER =
  'the promise that it returned can never be settled: nothing was under way that could have done it';

/** Serves pools as a worker: does what it is told, one thing after the other. */
export class Server {
  readonly #options: ServerOptions;
  readonly #pools = new Map<number, ServedPool>();
  /** What came while this worker had something to do, and has to wait until that is done. */
  readonly #told: Told[] = [];
  #giveUp: ((error: unknown) => void) | undefined;
  /** What the worker waits in while it has nothing to do. */
  idle: Request<unknown> | undefined;
  /** Whether it calls a function for items. */
  working = false;

  constructor(options: ServerOptions) {
    this.#options = options;
  }

  /** Serve until nothing more can come. */
  async run(): Promise<void> {
    const { single, waits } = this.#options;
    try {
      for (;;) {
        const told = this.#told.shift() ?? (await this.#receive());
        if (told.message.kind === 'close' && single) return;
        await this.#take(told);
      }
    } catch (error) {
      if (!isEnd(error)) throw error;
    } finally {
      waits(undefined);
    }
  }

  /** The event loop ran empty: what waits for a promise now waits in vain. */
  deadEnd(): void {
    this.#giveUp?.(new Error(NEVER));
  }

  async #receive(): Promise<Told> {
    const { comm, waits } = this.#options;
    const request = comm.receive<ToWorker>(0);
    this.idle = request;
    waits(SOON_MS);
    const message = await request;
    waits(undefined);
    this.idle = undefined;
    return { message, tag: request.status?.tag as number, dropped: new Set() };
  }

  /** Take in what has come meanwhile, without waiting for any of it. @param now  what this worker is at */
  async #look(now: Told, left: readonly number[]): Promise<void> {
    const { comm } = this.#options;
    // What comes by the event loop may come now.
    await new Promise((resolve) => setImmediate(resolve));
    for (let found = comm.improbe(0); found !== undefined; found = comm.improbe(0)) {
      const message = await found.receive<ToWorker>();
      const told = { message, tag: found.status.tag, dropped: new Set<number>() };
      if (message.kind !== 'return') this.#told.push(told);
      else
        await this.#giveBack(message.ids, told.tag, told.tag === now.tag ? now : undefined, left);
    }
  }

  /** Give back what is not begun of what is asked for. @param left  what is not begun of what this worker is at */
  async #giveBack(
    ids: readonly number[],
    tag: number,
    now?: Told,
    left: readonly number[] = [],
  ): Promise<void> {
    const asked = new Set(ids);
    const given: number[] = [];
    const drop = (dropped: Set<number>, some: readonly number[]): void => {
      for (const id of some) {
        if (!asked.has(id) || dropped.has(id)) continue;
        dropped.add(id);
        given.push(id);
      }
    };
    if (now !== undefined) drop(now.dropped, left);
    for (const { message, tag: other, dropped } of this.#told) {
      if (other === tag && message.kind === 'work') drop(dropped, message.ids);
    }
    await this.#send({ kind: 'returned', ids: given }, tag);
  }

  async #take(told: Told): Promise<void> {
    const { message, tag } = told;
    switch (message.kind) {
      case 'open':
        await this.#open(message.module, message.initializer, tag);
        break;
      case 'function':
        await this.#learn(message.key, message.reference, tag);
        break;
      case 'work':
        await this.#work(message, told);
        break;
      case 'return':
        await this.#giveBack(message.ids, tag);
        break;
      case 'close':
        this.#pools.delete(tag);
        break;
    }
  }

  async #open(module: string, initializer: Initializer | undefined, tag: number): Promise<void> {
    const namespace = this.#options.importModule(module);
    this.#pools.set(tag, { module, namespace, functions: new Map() });
    try {
      const exports = await this.#settled(namespace);
      if (initializer !== undefined) {
        const fn = findFunction(exports, initializer.reference, module);
        if (typeof fn === 'string') throw new MpiError('ERR_ARG', `the initializer: ${fn}`);
        const call = fn as (...args: readonly unknown[]) => unknown;
        await this.#settled(Promise.resolve(call(...initializer.args)));
      }
      await this.#send({ kind: 'ready' }, tag);
    } catch (error) {
      await this.#send({ kind: 'unready', error: sendable(error) }, tag);
    }
  }

  async #learn(key: number, reference: FunctionReference, tag: number): Promise<void> {
    const pool = this.#pools.get(tag);
    if (pool === undefined) return;
    pool.functions.set(key, findFunction(await pool.namespace, reference, pool.module));
  }

  async #work(work: ToWorker & { readonly kind: 'work' }, told: Told): Promise<void> {
    const { key, ids, spread } = work;
    const { tag, dropped } = told;
    const { now } = this.#options;
    const fn = this.#pools.get(tag)?.functions.get(key) ?? 'there is no such function';
    if (typeof fn === 'string') {
      await this.#send({ kind: 'unknown', ids, text: fn }, tag);
      return;
    }
    const began = now();
    let since = began;
    const pause = (answers: Answers): Answers | Promise<Answers> => {
      const time = now();
      if (time - since < ANSWER_MS) return answers;
      since = time;
      const last = answers.ids.at(-1) as number;
      const answered = this.#answer(answers, tag);
      if (time - began < LATE_MS) return answered.then(noAnswers);
      const left = ids.slice(ids.indexOf(last) + 1);
      return answered.then(() => this.#look(told, left)).then(noAnswers);
    };
    const call = fn as (...args: unknown[]) => unknown;
    const guarded = (...args: unknown[]): unknown => {
      const value = call(...args);
      return isThenable(value) ? this.#settled(value) : value;
    };
    this.working = true;
    const answers = await runWork(guarded, work, spread, now, pause, dropped);
    this.working = false;
    await this.#answer(answers, tag);
  }

  async #answer(answers: Answers, tag: number): Promise<void> {
    const { failure } = answers;
    if (failure !== undefined) answers.failure = { ...failure, error: sendable(failure.error) };
    try {
      await this.#send({ kind: 'answers', ...answers }, tag);
    } catch (error) {
      if (!(error instanceof MpiError) || error.code !== 'ERR_TYPE') throw error;
      await this.#send({ kind: 'answers', ...endUnsendable(answers, error) }, tag);
    }
  }

  /** Wait for what the user's code returns, unless that is in vain. */
  async #settled<T>(work: PromiseLike<T>): Promise<T> {
    const inVain = new Promise<never>((_, reject) => {
      this.#giveUp = reject;
    });
    try {
      return await Promise.race([work, inVain]);
    } finally {
      this.#giveUp = undefined;
    }
  }

  /** Resolves when the memory of values may change: the next item may write to it. */
  async #send(message: FromWorker, tag: number): Promise<void> {
    const sent = this.#options.comm.send(message, 0, { tag });
    if (message.kind === 'answers') await sent;
    // Nobody need be there any more to hear of it; not to wait lets this worker hear of that.
    else Request.expectFailure(sent);
  }
}

/** Whether the one that has the pools needs nobody any more. */
function isEnd(error: unknown): boolean {
  return (
    error instanceof MpiError && /^ERR_(PROC_FINISHED|PROC_FAILED|FINALIZED)$/.test(error.code)
  );
}

import { MpiError, reasonOf } from '../base/error.ts';
import type { Communicator, Intercommunicator } from '../comm/communicator.ts';
import { Request } from '../request/request.ts';
import type { Ground, Hosts } from './ground.ts';
import type { FromWorker, Initializer, ToWorker } from './wire.ts';

/** So many workers in a row may end before they have begun. */
const MOST_STILLBORN = 3;

/** Whom a pool wants, and for what. */
export interface CrewOptions {
  readonly ground: Ground;
  /** The number of the pool. */
  readonly tag: number;
  readonly module: string;
  readonly size: number;
  readonly hosts: Hosts;
  readonly initializer: Initializer | undefined;
}

/** What a pool hears of its workers, which it knows by number. */
export interface CrewEvents {
  readonly onReady: (worker: number) => void;
  readonly onMessage: (worker: number, message: FromWorker) => void;
  readonly onLost: (worker: number, error: unknown) => void;
  /** There are no workers, and will be none. The error is made for each call, so that it names the line that waits. */
  readonly onBroken: (makeError: () => unknown) => void;
  /** Whether a worker owes an answer. */
  readonly expects: (worker: number) => boolean;
  /** Whether a worker has something to do. */
  readonly busy: (worker: number) => boolean;
}

interface Member {
  readonly id: number;
  readonly comm: Communicator | Intercommunicator;
  readonly rank: number;
  /** Its number in the job. */
  readonly process: number;
  readonly spawned: boolean;
  readonly name: string;
  state: 'opening' | 'ready' | 'gone';
  receive: Request<FromWorker> | undefined;
  /** The functions that it knows. */
  readonly functions: Set<number>;
}

/** The workers of one pool, wherever they come from: finds them, replaces them, and lets them go. */
export class Crew {
  readonly #options: CrewOptions;
  readonly #events: CrewEvents;
  readonly #members = new Map<number, Member>();
  #lastId = 0;
  #spawned = 0;
  #stillborn = 0;
  /** Spawns under way. */
  #starting = 0;
  #over = false;

  constructor(options: CrewOptions, events: CrewEvents) {
    this.#options = options;
    this.#events = events;
    const { ground, size } = options;
    const crew = ground.crew();
    let found = 0;
    for (let rank = 0; crew !== undefined && rank < crew.size && found < size; rank += 1) {
      if (rank === crew.rank) continue;
      found += 1;
      this.#open(crew, rank, false);
    }
    if (found < size) this.#spawn(size - found);
  }

  /** Those that have begun to serve. */
  workers(): number[] {
    return [...this.#members.values()].flatMap(({ id, state }) => (state === 'ready' ? id : []));
  }

  /** What errors call a worker. */
  nameOf(worker: number): string {
    return this.#members.get(worker)?.name ?? 'a worker';
  }

  /** Whether a worker knows a function; from now on it does. */
  learns(worker: number, key: number): boolean {
    const functions = this.#members.get(worker)?.functions;
    if (functions === undefined || functions.has(key)) return false;
    functions.add(key);
    return true;
  }

  /**
   * Tell a worker something, and listen to what it answers.
   *
   * @throws MpiError `ERR_TYPE` if that cannot be sent
   */
  tell(worker: number, message: ToWorker): void {
    const member = this.#members.get(worker);
    if (member === undefined) return;
    const error = this.#send(member, message);
    if (error instanceof MpiError && error.code === 'ERR_TYPE') throw error;
    // That it is gone is heard by who listens to it.
    this.listen(worker);
  }

  /** Listen to a worker as long as it owes an answer: to listen for ever would keep the program from ending. */
  listen(worker: number): void {
    const member = this.#members.get(worker);
    if (member !== undefined && member.receive === undefined) void this.#listen(member);
  }

  /** Let all workers go. Those that have something to do yet are ended. */
  close(): void {
    this.#over = true;
    for (const member of [...this.#members.values()]) this.#release(member);
  }

  /** @param because  what the lack of these has come from, should the job be at its end */
  #spawn(n: number, because?: unknown): void {
    const { ground, module, hosts } = this.#options;
    this.#starting += 1;
    const onEnd = (): void => {
      this.#starting -= 1;
    };
    ground.spawn(module, { n, hosts }).then(
      (comm) => {
        onEnd();
        for (let rank = 0; rank < comm.remoteSize; rank += 1) this.#open(comm, rank, true);
      },
      (error: unknown) => {
        onEnd();
        const isOver = error instanceof MpiError && error.code === 'ERR_PROC_FAILED';
        if (isOver) this.#breakUp(() => because ?? error);
        else this.#breakUp(() => this.#unspawned(error));
      },
    );
  }

  #open(comm: Communicator | Intercommunicator, rank: number, spawned: boolean): void {
    const { module, initializer } = this.#options;
    this.#lastId += 1;
    const group = 'remoteGroup' in comm ? comm.remoteGroup : comm.group;
    if (spawned) this.#spawned += 1;
    const member: Member = {
      id: this.#lastId,
      comm,
      rank,
      process: group.worldRanks[rank] as number,
      spawned,
      name: spawned ? `worker ${this.#spawned}` : `rank ${rank}`,
      state: 'opening',
      receive: undefined,
      functions: new Set(),
    };
    this.#members.set(member.id, member);
    if (this.#over) {
      this.#release(member);
      return;
    }
    this.#send(member, { kind: 'open', module, initializer });
    void this.#listen(member);
  }

  /** @returns the error, if it has failed at once */
  #send({ comm, rank }: Member, message: ToWorker): unknown {
    const sent = comm.send(message, rank, { tag: this.#options.tag });
    const makeError = Request.outcome(sent)?.makeError;
    if (makeError !== undefined || !sent.test()) Request.expectFailure(sent);
    return makeError?.();
  }

  async #listen(member: Member): Promise<void> {
    const { tag } = this.#options;
    while (member.state === 'opening' || this.#events.expects(member.id)) {
      let message: FromWorker;
      try {
        member.receive = member.comm.receive<FromWorker>(member.rank, { tag });
        message = await member.receive;
      } catch (error) {
        if (member.state !== 'gone') this.#lose(member, error);
        return;
      }
      if (member.state === 'gone') return;
      this.#take(member, message);
    }
    member.receive = undefined;
  }

  #take(member: Member, message: FromWorker): void {
    switch (message.kind) {
      case 'ready':
        member.state = 'ready';
        this.#stillborn = 0;
        this.#events.onReady(member.id);
        break;
      case 'unready':
        this.#breakUp(() => this.#unready(member, message.error));
        break;
      default:
        this.#events.onMessage(member.id, message);
    }
  }

  #unready({ name }: Member, error: unknown): MpiError {
    const text = `${name} cannot serve '${this.#options.module}': ${reasonOf(error)}`;
    return this.#error('ERR_OTHER', text, error);
  }

  #unspawned(error: unknown): MpiError {
    // What was called to spawn is no call of the user's.
    const reason = reasonOf(error).replace(/^.*?: spawn\(root 0\)[^:]*: /, '');
    const code = error instanceof MpiError ? error.code : 'ERR_SPAWN';
    return this.#error(code, `no worker can be started: ${reason}`);
  }

  #lose(member: Member, error: unknown): void {
    const wasOpening = member.state === 'opening';
    member.state = 'gone';
    this.#members.delete(member.id);
    if (!wasOpening) this.#events.onLost(member.id, error);
    if (this.#over) return;
    if (wasOpening && !member.spawned && isFinished(error)) {
      // A program whose ranks do not serve is a mistake that more processes would only hide.
      if (this.#members.size === 0 && this.#starting === 0) this.#breakUp(() => this.#deserted());
      return;
    }
    if (wasOpening) this.#stillborn += 1;
    if (this.#stillborn >= MOST_STILLBORN) this.#breakUp(() => this.#stillbornError(error));
    else this.#spawn(1, error);
  }

  #deserted(): MpiError {
    const text =
      'the other ranks have finished and cannot be workers; write `if (isMain(import.meta)) { … }` around what uses the pool, and put `finalize()` inside of that, or leave it out';
    return this.#error('ERR_OTHER', text);
  }

  /** @param error  what the last of them was lost with */
  #stillbornError(error: unknown): MpiError {
    const { module } = this.#options;
    if (isFinished(error)) {
      const text = `workers have finished before they could serve: '${module}' calls finalize() when it is loaded; put that inside of \`if (isMain(import.meta)) { … }\`, or leave it out`;
      return this.#error('ERR_OTHER', text);
    }
    const text = `${MOST_STILLBORN} workers in a row have ended before they could serve '${module}'; the last: ${lossOf(error)}`;
    return this.#error('ERR_PROC_FAILED', text);
  }

  #error(code: MpiError['code'], text: string, cause?: unknown): MpiError {
    const { who, rank } = this.#options.ground;
    return new MpiError(code, `${who}: Pool: ${text}`, { rank, cause });
  }

  #breakUp(makeError: () => unknown): void {
    if (this.#over) return;
    this.close();
    this.#events.onBroken(makeError);
  }

  #release(member: Member): void {
    const { ground } = this.#options;
    const { id, state, spawned, process, receive } = member;
    const isBusy = state === 'opening' ? spawned : this.#events.busy(id);
    member.state = 'gone';
    this.#members.delete(id);
    // A rank goes on until it has been listened to, or killed.
    if (spawned && receive !== undefined) void receive.cancel();
    if (!isBusy) this.#send(member, { kind: 'close' });
    if (spawned || isBusy) ground.dismiss([process], isBusy);
  }
}

function isFinished(error: unknown): boolean {
  return error instanceof MpiError && error.code === 'ERR_PROC_FINISHED';
}

/** Say how a worker was lost: what follows who waited for what. */
export function lossOf(error: unknown): string {
  return reasonOf(error).replace(/^.*: receive from [^:]*: /, '');
}

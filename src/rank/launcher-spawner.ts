import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ErrorCode, MpiError } from '../base/error.ts';
import type { Spawner, SpawnOrder, Waiting } from '../comm/parts.ts';
import type { FromRank, SpawnProgram, ToRank } from '../control/message.ts';
import type { ControlPipe } from '../control/pipe.ts';
import type { Disconnection } from '../group/connections.ts';
import type { WorldSpan } from '../group/world-span.ts';
import type { UserWait } from '../request/user-wait.ts';
import { Partings } from './partings.ts';
import { realClock } from './real-clock.ts';
import { builtOf, sourceOf } from './source-of.ts';

/** How the launcher answers. */
type Answer = Extract<ToRank, { readonly kind: 'spawned' | 'not-spawned' }>;

/** What the launcher has not answered yet. */
interface Question {
  /** What the user waits for; undefined for what takes but a moment. */
  readonly wait: UserWait | undefined;
  readonly resolve: (answer: Answer) => void;
}

/** Has the launcher start further processes, and tells it when this one parts from them. */
export class LauncherSpawner implements Spawner {
  readonly #pipe: ControlPipe;
  /** Where the program of this rank was compiled to; empty if it is as the user wrote it. */
  readonly #folder: string;
  /** Resolves once there is a launcher. */
  readonly ready: () => Promise<void>;
  readonly #partings: Partings;
  readonly #asked = new Map<number, Question>();
  #lastId = 0;

  /**
   * @param compiled  the program of this rank as it was compiled, empty if it was not
   * @param ready  resolves once there is a launcher at the other end of the pipe
   */
  constructor(pipe: ControlPipe, compiled: string, ready: () => Promise<void>) {
    this.#pipe = pipe;
    this.#partings = new Partings(pipe);
    this.#folder = compiled === '' ? '' : dirname(compiled);
    this.ready = ready;
  }

  async spawn({ programs, waiting, ...order }: SpawnOrder): Promise<WorldSpan> {
    const wait: UserWait = { ...waiting, kind: 'launcher', waitsFor: [], since: realClock.now() };
    return await this.#ask(wait, (id) => ({
      kind: 'spawn',
      id,
      programs: programs.map((each) => this.#withPaths(each)),
      ...order,
    }));
  }

  /** Have numbers given to so many processes of another job, which messages call so. @returns the first */
  async reserve(count: number, name: string): Promise<number> {
    const { first } = await this.#ask(undefined, (id) => ({ kind: 'reserve', id, count, name }));
    return first;
  }

  async #ask(wait: UserWait | undefined, messageFor: (id: number) => FromRank): Promise<WorldSpan> {
    await this.ready();
    this.#lastId += 1;
    const id = this.#lastId;
    const answered = new Promise<Answer>((resolve) => {
      this.#asked.set(id, { wait, resolve });
    });
    this.#pipe.send(messageFor(id));
    const answer = await this.hold(answered);
    if (answer.kind === 'not-spawned') throw new MpiError(answer.code as ErrorCode, answer.text);
    const { first, count } = answer;
    return { first, count };
  }

  /** What waits for the launcher. */
  waits(): UserWait[] {
    const asked = [...this.#asked.values()].flatMap(({ wait }) => wait ?? []);
    return [...asked, ...this.#partings.waits()];
  }

  /** Nobody will answer any more, and why. */
  lost(text: string): void {
    for (const id of [...this.#asked.keys()]) {
      this.answered({ kind: 'not-spawned', id, code: 'ERR_SPAWN', text });
    }
    this.#partings.lost();
  }

  /** Take in how the launcher has answered. */
  answered(answer: Answer | (ToRank & { readonly kind: 'parted' })): void {
    if (answer.kind === 'parted') {
      this.#partings.answered(answer.context);
      return;
    }
    this.#asked.get(answer.id)?.resolve(answer);
    this.#asked.delete(answer.id);
  }

  part(news: Disconnection, waiting: Waiting): Promise<void> {
    return this.#partings.begin(news, waiting);
  }

  async hold<T>(until: Promise<T>): Promise<T> {
    this.#pipe.hold();
    try {
      return await until;
    } finally {
      this.#pipe.release();
    }
  }

  /** The launcher knows no URLs. */
  #withPaths({ program, wdir, ...rest }: SpawnProgram): SpawnProgram {
    const source = sourceOf(pathOf(program), this.#folder);
    return { ...rest, program: source, wdir: wdir === undefined ? undefined : pathOf(wdir) };
  }
}

function pathOf(place: string): string {
  // A path is as the user knows it; a URL is beside the module that names it.
  return place.startsWith('file:') ? builtOf(fileURLToPath(place)) : place;
}

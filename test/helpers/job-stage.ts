import type { FromRank, ToRank, Wait } from '../../src/control/message.ts';
import type { RankEnd } from '../../src/launch/start/start.ts';
import type { JobEffects, SpawnRequest } from '../../src/launch/supervise/effects.ts';
import type { LostHost } from '../../src/launch/supervise/failure.ts';
import type { Growth } from '../../src/launch/supervise/growth.ts';
import { Job } from '../../src/launch/supervise/job.ts';
import type { SuperviseOptions } from '../../src/launch/supervise/options.ts';

/** How long a rank on the stage takes to die of a signal. */
const DEATH_MS = 10;

interface StageTimer {
  readonly at: number;
  readonly run: () => void;
}

/** One thing that the job did, and when. */
export interface Deed {
  readonly at: number;
  readonly text: string;
}

/**
 * A job with a clock that tests turn and ranks that are made of nothing.
 *
 * A signal that ends processes ends a rank after a moment, unless the rank is `stubborn`: then
 * SIGKILL alone does.
 */
export class Stage {
  readonly job: Job;
  readonly sent: { readonly rank: number; readonly message: ToRank }[] = [];
  readonly kills: Deed[] = [];
  readonly notes: Deed[] = [];
  readonly abandoned: Deed[] = [];
  readonly stubborn: Set<number> = new Set();
  /** Ranks that leave living descendants behind. */
  readonly haunted: Set<number> = new Set();
  /** What ranks have asked for that want more processes. */
  readonly requests: { readonly rank: number; readonly request: SpawnRequest }[] = [];
  readonly tails: Map<number, string[]> = new Map();
  suspensions = 0;
  exit: { readonly code: number; readonly at: number } | undefined;
  #now = 0;
  #timers: StageTimer[] = [];
  readonly #running: Set<number> = new Set();

  constructor(options: Partial<SuperviseOptions> = {}, started: number = options.size ?? 2) {
    const effects: JobEffects = {
      now: () => this.#now,
      setTimer: (ms, run) => this.#setTimer(ms, run),
      send: (rank, message) => {
        this.sent.push({ rank, message });
      },
      reserve: (rank, request) => void this.job.reserve(rank, request),
      spawn: (rank, request) => {
        this.requests.push({ rank, request });
      },
      kill: (rank, signal) => this.#kill(rank, signal),
      alive: (rank) => this.#running.has(rank) || this.haunted.has(rank),
      tail: (rank) => this.tails.get(rank) ?? [],
      abandon: (rank) => {
        this.abandoned.push({ at: this.#now, text: `${rank}` });
      },
      progress: () => {},
      note: (text) => {
        this.notes.push({ at: this.#now, text });
      },
      suspend: () => {
        this.suspensions += 1;
      },
      done: (code) => {
        if (this.exit !== undefined) throw new Error('the job was done twice');
        this.exit = { code, at: this.#now };
      },
    };
    this.job = new Job(
      {
        size: 2,
        graceSeconds: undefined,
        timeoutSeconds: undefined,
        onFailure: 'kill',
        onDeadlock: 'end',
        quiet: false,
        check: false,
        hostOf: () => 'here',
        cwd: '/p',
        ...options,
      },
      effects,
    );
    for (let rank = 0; rank < started; rank += 1) this.#start(rank);
  }

  /** Let rank 0 ask for so many processes, and let them be ready at once; they are yet to be started. */
  spawn(count: number, options: Partial<Growth> = {}): this {
    const { asker = 0, id = 1, tolerant = false } = options;
    const ranks = Array.from({ length: count }, (_, rank) => rank);
    const program = { program: 'child.ts', n: count, args: [], env: {} };
    const parents = [asker];
    this.say(asker, { kind: 'spawn', id, programs: [program], parents, context: 9, tolerant });
    const names = ranks.map((rank) => ({ rank, program: 'child.ts' }));
    this.job.grow({
      asker,
      id,
      names,
      hosts: ranks.map(() => 0),
      tolerant,
      segments: [],
      ...options,
    });
    return this;
  }

  /** Let the processes of these ranks run. */
  start(...ranks: number[]): this {
    for (const rank of ranks) this.#start(rank);
    return this;
  }

  /** Let ranks join; all of them if none is named. */
  join(...ranks: number[]): this {
    for (const rank of ranks.length > 0 ? ranks : [...this.#running]) {
      this.say(rank, { kind: 'joined' });
    }
    return this;
  }

  say(rank: number, message: FromRank): this {
    this.job.message(rank, message);
    return this;
  }

  finalize(...ranks: number[]): this {
    for (const rank of ranks) this.say(rank, { kind: 'finalizing', framesSent: [rank] });
    return this;
  }

  /** Let a rank report an error; it ends after that, by the test's hand. */
  fail(rank: number, summary: string, causedBy?: number): this {
    const failure = { text: `${summary}\n    at main.ts:1:1`, summary, causedBy };
    return this.say(rank, { kind: 'failed', failure, exitCode: 1 });
  }

  /** Answer every question asked of a rank so far that it has not answered. */
  answer(rank: number, waits: readonly Wait[]): this {
    for (const { rank: asked, message } of this.sent) {
      if (asked !== rank || message.kind !== 'where') continue;
      this.say(rank, { kind: 'waits', id: message.id, waits, finalizing: false });
    }
    return this;
  }

  /** End a rank's process, and its output with it. */
  end(rank: number, how: number | NodeJS.Signals, output: 'closed' | 'open' = 'closed'): this {
    this.#running.delete(rank);
    const end: RankEnd =
      typeof how === 'number' ? { code: how, signal: null } : { code: null, signal: how };
    this.job.ended(rank, end);
    if (output === 'closed') this.job.outputClosed(rank);
    return this;
  }

  outputClosed(...ranks: number[]): this {
    for (const rank of ranks) this.job.outputClosed(rank);
    return this;
  }

  /** Let nothing be left of these ranks for anybody here, without a word. */
  vanish(...ranks: number[]): this {
    for (const rank of ranks) this.#running.delete(rank);
    return this;
  }

  lose(host: LostHost): this {
    this.job.hostLost(host);
    return this;
  }

  /** Let time pass. */
  pass(ms: number): this {
    const until = this.#now + ms;
    for (;;) {
      const next = this.#timers.reduce<StageTimer | undefined>(
        (first, timer) => (first === undefined || timer.at < first.at ? timer : first),
        undefined,
      );
      if (next === undefined || next.at > until) break;
      this.#timers = this.#timers.filter((timer) => timer !== next);
      this.#now = Math.max(this.#now, next.at);
      next.run();
    }
    this.#now = until;
    return this;
  }

  /** What was told to one rank, oldest first, without the questions where it is. */
  told(rank: number): ToRank[] {
    return this.sent
      .filter((entry) => entry.rank === rank && entry.message.kind !== 'where')
      .map(({ message }) => message);
  }

  /** What the user read. */
  get text(): string {
    return this.notes.map(({ text }) => text).join('\n');
  }

  /** The signals sent, as `250 SIGTERM 0`. */
  get killed(): string[] {
    return this.kills.map(({ at, text }) => `${at} ${text}`);
  }

  /** No timer is left: the launcher could exit. */
  get quiet(): boolean {
    return this.#timers.length === 0;
  }

  #start(rank: number): void {
    this.#running.add(rank);
    this.job.started(rank, 100 + rank);
  }

  #setTimer(ms: number, run: () => void): () => void {
    const timer = { at: this.#now + ms, run };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  #kill(rank: number, signal: NodeJS.Signals): void {
    this.kills.push({ at: this.#now, text: `${signal} ${rank}` });
    const deadly = signal === 'SIGKILL' || (isPolite(signal) && !this.stubborn.has(rank));
    if (!deadly) return;
    if (!this.#running.has(rank)) this.haunted.delete(rank);
    else this.#setTimer(DEATH_MS, () => this.#running.has(rank) && this.end(rank, signal));
  }
}

function isPolite(signal: NodeJS.Signals): boolean {
  return signal === 'SIGTERM' || signal === 'SIGINT';
}

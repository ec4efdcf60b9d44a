import type { Readable, Writable } from 'node:stream';
import type { ToRank } from '../../control/message.ts';
import type { OnMessage, RankEnd, StartedRank } from '../start/start.ts';
import type { Mux } from './mux.ts';
import { type FromAgent, rankChannel, type ToAgent } from './protocol.ts';

/** What an agent says of one rank. */
export type RankNews = Extract<FromAgent, { readonly rank: number }>;

/** A rank on another host, as its agent tells of it. */
export class RemoteRank implements StartedRank {
  readonly rank: number;
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  readonly ended: Promise<RankEnd>;
  /** Resolves with this rank once it runs. */
  readonly started: Promise<StartedRank>;
  pid = 0;
  readonly #send: (message: ToAgent) => void;
  readonly #onMessage: OnMessage;
  #gone = false;
  /** What came before whoever started the rank could know that it runs. */
  #early: RankNews[] | undefined = [];
  #onStarted: (rank: StartedRank) => void = () => {};
  #onNotStarted: (error: Error) => void = () => {};
  #onEnded: (end: RankEnd) => void = () => {};

  constructor(rank: number, mux: Mux, send: (message: ToAgent) => void, onMessage: OnMessage) {
    this.rank = rank;
    this.#send = send;
    this.#onMessage = onMessage;
    this.stdin = mux.writer(rankChannel(rank, 'stdin'));
    this.stdout = mux.reader(rankChannel(rank, 'stdout'));
    this.stderr = mux.reader(rankChannel(rank, 'stderr'));
    this.started = new Promise((resolve, reject) => {
      this.#onStarted = resolve;
      this.#onNotStarted = reject;
    });
    this.ended = new Promise((resolve) => {
      this.#onEnded = resolve;
    });
  }

  take(news: RankNews): void {
    switch (news.kind) {
      case 'started':
        this.pid = news.pid;
        this.#onStarted(this);
        setImmediate(() => {
          const early = this.#early ?? [];
          this.#early = undefined;
          for (const one of early) this.take(one);
        });
        break;
      case 'not-started':
        this.#gone = true;
        this.#onNotStarted(new Error(news.reason));
        break;
      case 'told':
        if (this.#early === undefined) this.#onMessage(news.message);
        else this.#early.push(news);
        break;
      case 'ended':
        if (this.#early === undefined) this.#onEnded({ code: news.code, signal: news.signal });
        else this.#early.push(news);
        break;
      case 'gone':
        this.#gone = true;
        break;
    }
  }

  /** Its host is lost, and so is it. */
  lose(): void {
    this.#gone = true;
    this.#onNotStarted(new Error(`rank ${this.rank} was lost with its host`));
    this.#onEnded({ code: null, signal: 'SIGKILL' });
  }

  send(message: ToRank): void {
    this.#send({ kind: 'tell', rank: this.rank, message });
  }

  kill(signal: NodeJS.Signals): void {
    if (!this.#gone) this.#send({ kind: 'kill', rank: this.rank, signal });
  }

  alive(): boolean {
    return !this.#gone;
  }

  abandon(): void {
    this.#send({ kind: 'abandon', rank: this.rank });
  }
}

import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { ExecutionContext } from 'ava';
import type { PeerAnswer, PeerOrder, PeerStart } from '../ranks/transport-peer.ts';

const PROGRAM = fileURLToPath(new URL('../ranks/transport-peer.js', import.meta.url));

/** How a process ended. */
export interface PeerEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A process that is one rank of a ZeroMQ network, and does as it is told. */
export class PeerProcess {
  readonly ended: Promise<PeerEnd>;
  readonly #child: ChildProcess;
  /** The order under way: one at a time, since answers do not say what they answer. */
  #last: Promise<unknown> = Promise.resolve();

  private constructor(child: ChildProcess) {
    this.#child = child;
    this.ended = once(child, 'exit').then(([code, signal]) => ({ code, signal }));
  }

  /** Start all ranks of a network, and let them know each other. */
  static async startAll(
    t: ExecutionContext,
    options: Omit<PeerStart, 'rank'>,
  ): Promise<PeerProcess[]> {
    const ranks = Array.from({ length: options.size }, (_, rank) => rank);
    const started = await Promise.all(
      ranks.map((rank) => PeerProcess.#start(t, { ...options, rank })),
    );
    const addresses = started.map(({ address }) => address ?? '');
    const peers = started.map(({ peer }) => peer);
    await all(peers, { do: 'know', addresses });
    return peers;
  }

  static async #start(
    t: ExecutionContext,
    start: PeerStart,
  ): Promise<{ readonly peer: PeerProcess; readonly address: string | undefined }> {
    const child = fork(PROGRAM, [JSON.stringify(start)]);
    t.teardown(() => child.kill('SIGKILL'));
    const peer = new PeerProcess(child);
    return { peer, address: (await peer.#answer()).address };
  }

  /** Give an order after those before it, and resolve once it is carried out. */
  tell(order: PeerOrder): Promise<PeerAnswer> {
    const answered = this.#last.then(async () => {
      const answer = this.#answer();
      this.#child.send(order);
      return await answer;
    });
    this.#last = answered;
    return answered;
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  /** The end by `process.exit`, which answers nothing. */
  async exit(code: number): Promise<PeerEnd> {
    this.#child.send({ do: 'exit', code } satisfies PeerOrder);
    return await this.ended;
  }

  async #answer(): Promise<PeerAnswer> {
    const answer = once(this.#child, 'message') as Promise<[PeerAnswer]>;
    const end = this.ended.then(({ code, signal }): never => {
      throw new Error(`the process ended with ${code ?? signal} instead of an answer`);
    });
    const [first] = await Promise.race([answer, end]);
    return first;
  }
}

/** Give all the same order. */
export async function all(peers: readonly PeerProcess[], order: PeerOrder): Promise<PeerAnswer[]> {
  return await Promise.all(peers.map((peer) => peer.tell(order)));
}

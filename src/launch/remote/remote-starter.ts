import type { OnMessage, StartedRank, Starter } from '../start/start.ts';
import type { AgentLink } from './agent-link.ts';

/** Starts ranks on many hosts, by their agents. */
export class RemoteStarter implements Starter<{ readonly rank: number }> {
  readonly atOnce = true;
  readonly #links: ReadonlyMap<number, AgentLink>;
  readonly #hosts: readonly number[];
  readonly #close: () => Promise<void>;

  /**
   * @param links  by host number
   * @param hosts  the host number of each rank
   * @param close  lets all agents go
   */
  constructor(
    links: ReadonlyMap<number, AgentLink>,
    hosts: readonly number[],
    close: () => Promise<void>,
  ) {
    this.#links = links;
    this.#hosts = hosts;
    this.#close = close;
  }

  start({ rank }: { readonly rank: number }, onMessage: OnMessage): Promise<StartedRank> {
    const link = this.#links.get(this.#hosts[rank] ?? -1);
    if (link === undefined) throw new Error(`rank ${rank} has no host`);
    return link.startRank(rank, onMessage);
  }

  suspend(suspended: boolean): void {
    for (const link of this.#links.values()) link.suspend(suspended);
  }

  close(): Promise<void> {
    return this.#close();
  }
}

import type { OnMessage, StartedRank, Starter } from '../start/start.ts';
import type { AgentLink } from './agent-link.ts';

/** A rank that is to be started on one of the job's hosts. */
export interface PlacedRank {
  readonly rank: number;
  /** By number. */
  readonly host: number;
}

/** Starts ranks on many hosts, by their agents. */
export class RemoteStarter implements Starter<PlacedRank> {
  readonly atOnce = true;
  readonly #links: ReadonlyMap<number, AgentLink>;
  readonly #close: () => Promise<void>;

  /**
   * @param links  by host number
   * @param close  lets all agents go
   */
  constructor(links: ReadonlyMap<number, AgentLink>, close: () => Promise<void>) {
    this.#links = links;
    this.#close = close;
  }

  start({ rank, host }: PlacedRank, onMessage: OnMessage): Promise<StartedRank> {
    const link = this.#links.get(host);
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

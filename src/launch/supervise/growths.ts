import type { JobEffects } from './effects.ts';
import type { Growth } from './growth.ts';
import type { RankState } from './rank-state.ts';
import type { World } from './world.ts';

/** What is said to a rank that asks for processes when all is over. */
const OVER = 'the job is ending';

interface Pending {
  readonly asker: number;
  readonly id: number;
  readonly first: number;
  readonly count: number;
  /** Why there will be none. */
  fault: string | undefined;
}

/** The growths of a job that are under way, until whoever asked for each has its answer. */
export class Growths {
  readonly #effects: JobEffects;
  readonly #world: World;
  readonly #pending = new Set<Pending>();

  constructor(effects: JobEffects, world: World) {
    this.#effects = effects;
    this.#world = world;
  }

  /** These processes, the last of the world, are about to be started. */
  begin({ asker, id, hosts }: Growth): void {
    const count = hosts.length;
    const first = this.#world.ranks.length - count;
    this.#pending.add({ asker, id, first, count, fault: undefined });
  }

  /**
   * One of them cannot be started, so none is wanted.
   *
   * @returns those of them that run; undefined if nobody waits for this process
   */
  fail(rank: number, fault: string): readonly RankState[] | undefined {
    for (const growth of this.#pending) {
      if (rank < growth.first || rank >= growth.first + growth.count) continue;
      growth.fault ??= fault;
      const all = this.#states(growth);
      for (const state of all) state.dismissed = true;
      return all.filter(({ phase }) => phase === 'running');
    }
    return undefined;
  }

  /** Answer those whose processes are all there, or gone. Harmless to call at any time. */
  progress(): void {
    for (const growth of this.#pending) {
      const states = this.#states(growth);
      const { asker, id, first, count, fault } = growth;
      const settled = states.every(({ joined, phase }) =>
        fault === undefined ? joined || phase === 'ended' : phase === 'ended',
      );
      if (!settled) continue;
      this.#pending.delete(growth);
      if (fault === undefined && states.some(({ joined }) => joined)) {
        this.#effects.send(asker, { kind: 'spawned', id, first, count });
      } else {
        this.refuse(asker, id, fault ?? states[0]?.lost ?? 'the processes have ended');
      }
    }
  }

  /** Tell a process that it cannot have what it asked for. */
  refuse(asker: number, id: number, text: string): void {
    this.#effects.send(asker, { kind: 'not-spawned', id, code: 'ERR_SPAWN', text });
  }

  /** Tell a process that nothing is started any more: no mistake of its own, but what the end of the job does to it. */
  over(asker: number, id: number): void {
    this.#effects.send(asker, { kind: 'not-spawned', id, code: 'ERR_PROC_FAILED', text: OVER });
  }

  #states({ first, count }: Pending): readonly RankState[] {
    return this.#world.ranks.slice(first, first + count);
  }
}

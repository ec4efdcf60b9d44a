import type { WorldSpan } from '../group/world-span.ts';

/** With whom outside of its world a process has communicators, and how many. */
export class Outside {
  readonly #world: WorldSpan;
  readonly #counts = new Map<number, number>();

  constructor(world: WorldSpan) {
    this.#world = world;
  }

  /** The processes with which there is one. */
  get connected(): number[] {
    return [...this.#counts.keys()];
  }

  /** There is one more communicator of these processes. */
  add(processes: readonly number[]): void {
    for (const process of this.#outside(processes)) {
      this.#counts.set(process, (this.#counts.get(process) ?? 0) + 1);
    }
  }

  /** There is one less. @returns whether any of them is outside */
  remove(processes: readonly number[]): boolean {
    const outside = this.#outside(processes);
    for (const process of outside) {
      const left = (this.#counts.get(process) ?? 1) - 1;
      if (left === 0) this.#counts.delete(process);
      else this.#counts.set(process, left);
    }
    return outside.length > 0;
  }

  #outside(processes: readonly number[]): number[] {
    const { first, count } = this.#world;
    return processes.filter((process) => process < first || process >= first + count);
  }
}

import { numbersIn, type WorldSpan } from './world-span.ts';

/** What a process says that has disconnected from others. */
export interface Disconnection {
  /** That of the communicator, which was one of these processes. */
  readonly context: number;
  readonly processes: readonly number[];
  /** The processes outside of its world with which it is still connected by another communicator. */
  readonly connected: readonly number[];
}

/** A communicator that all of its processes have given up. */
export interface Parted {
  readonly context: number;
  readonly processes: readonly number[];
}

/** One that some have given up, and others not yet. */
interface Closing extends Parted {
  readonly missing: Set<number>;
}

/**
 * Which processes of a job are connected: those that have a communicator in common, and by these also with one another.
 *
 * Nothing need be told of a new communicator. Its processes were connected before, by a way through others, and whoever gives
 * up a part of that way says with whom it is still connected directly. Until the last one of a communicator has
 * said so, all of them count as connected: one that is done with it may not leave while what it sent to another is on its way.
 *
 * @see MPI-4.1 §11.10.4
 */
export class Connections {
  readonly #worlds: WorldSpan[];
  /** The world of each process, by numbers. */
  readonly #worldOf: number[];
  /** Processes of other worlds, by the process that is connected with them. */
  readonly #direct = new Map<number, readonly number[]>();
  readonly #gone = new Set<number>();
  readonly #closing = new Map<string, Closing>();
  /** Those that have said with whom they are connected. */
  readonly #spoken = new Set<number>();

  /** @param size  how many processes the first world has */
  constructor(size: number) {
    this.#worlds = [{ first: 0, count: size }];
    this.#worldOf = new Array<number>(size).fill(0);
  }

  /** Nobody has disconnected from anybody: all are connected. */
  get whole(): boolean {
    return this.#spoken.size === 0;
  }

  /** The next processes are a world, which this one has spawned with those that it is connected with. */
  grow(count: number, parent: number): void {
    const span = { first: this.#worldOf.length, count };
    for (const process of numbersIn(span)) {
      this.#worldOf.push(this.#worlds.length);
      this.#direct.set(process, [parent]);
    }
    this.#worlds.push(span);
  }

  /** A process has disconnected. @returns the communicators that are no more since all have */
  disconnect(process: number, { context, processes, connected }: Disconnection): Parted[] {
    this.#spoken.add(process);
    this.#direct.set(process, connected);
    // Communicators that were made by one call may share a context, and then have no process in common.
    const key = `${context} ${Math.min(...processes)}`;
    if (!this.#closing.has(key)) {
      const missing = new Set(processes.filter((each) => !this.#gone.has(each)));
      this.#closing.set(key, { context, processes, missing });
    }
    return this.#through(process, [key]);
  }

  /** A process has ended, and gives up nothing any more. @returns as `disconnect` */
  gone(process: number): Parted[] {
    this.#gone.add(process);
    return this.#through(process, [...this.#closing.keys()]);
  }

  #through(process: number, keys: readonly string[]): Parted[] {
    const parted: Parted[] = [];
    for (const key of keys) {
      const closing = this.#closing.get(key) as Closing;
      closing.missing.delete(process);
      if (closing.missing.size > 0) continue;
      this.#closing.delete(key);
      parted.push(closing);
    }
    return parted;
  }

  /** All processes, those together that are connected. */
  groups(): number[][] {
    const neighbors = this.#neighbors();
    const seen = new Set<number>();
    const groups: number[][] = [];
    for (const start of this.#worlds.keys()) {
      if (seen.has(start)) continue;
      const found = [start];
      seen.add(start);
      // It grows while it is gone through.
      for (const world of found) {
        for (const next of neighbors[world] ?? []) {
          if (!seen.has(next)) found.push(next);
          seen.add(next);
        }
      }
      found.sort((a, b) => a - b);
      groups.push(found.flatMap((world) => numbersIn(this.#worlds[world] as WorldSpan)));
    }
    return groups;
  }

  /** By world, the worlds that it is connected with directly. */
  #neighbors(): Set<number>[] {
    const neighbors = this.#worlds.map(() => new Set<number>());
    const connect = (a: number, b: number): void => {
      const [one, other] = [this.#worldOf[a] as number, this.#worldOf[b] as number];
      neighbors[one]?.add(other);
      neighbors[other]?.add(one);
    };
    for (const [process, others] of this.#direct) {
      // Who has ended can say nothing any more, and others say it in its place.
      const gone = this.#gone.has(process);
      for (const other of others) {
        const denied =
          gone && this.#spoken.has(other) && !this.#direct.get(other)?.includes(process);
        if (!denied) connect(process, other);
      }
    }
    for (const { processes } of this.#closing.values()) {
      for (const process of processes) connect(process, processes[0] as number);
    }
    return neighbors;
  }
}

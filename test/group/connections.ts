import test from 'ava';
import { seededRandom } from '../../src/base/random.ts';
import { Connections } from '../../src/group/connections.ts';

const news = (processes: readonly number[], connected: readonly number[] = [], context = 2) => ({
  context,
  processes,
  connected,
});

test('all are connected until one disconnects', (t) => {
  const connections = new Connections(2);
  connections.grow(2, 1);
  connections.grow(1, 2);
  t.true(connections.whole);
  t.deepEqual(connections.groups(), [[0, 1, 2, 3, 4]]);
});

test('those who have disconnected are connected until all have, and the last learns of it', (t) => {
  const connections = new Connections(1);
  connections.grow(2, 0);
  const all = [0, 1, 2];
  t.deepEqual(connections.disconnect(1, news(all)), []);
  t.deepEqual(connections.disconnect(0, news(all)), []);
  t.false(connections.whole);
  t.deepEqual(connections.groups(), [all]);
  t.like(connections.disconnect(2, news(all))[0], { context: 2, processes: all });
  t.deepEqual(connections.groups(), [[0], [1, 2]]);
});

test('who has ended is not waited for, be it before or after', (t) => {
  const connections = new Connections(1);
  connections.grow(3, 0);
  const all = [0, 1, 2, 3];
  t.deepEqual(connections.gone(1), []);
  t.deepEqual(connections.disconnect(0, news(all)), []);
  t.deepEqual(connections.disconnect(2, news(all)), []);
  t.is(connections.gone(3).length, 1);
  t.deepEqual(connections.groups(), [[0], [1, 2, 3]]);
});

test('parts that share a context are told apart', (t) => {
  const connections = new Connections(2);
  connections.grow(2, 0);
  t.deepEqual(connections.disconnect(0, news([0, 2], [2])), []);
  t.deepEqual(connections.disconnect(3, news([1, 3], [0])), []);
  t.is(connections.disconnect(1, news([1, 3])).length, 1);
  t.is(connections.disconnect(2, news([0, 2], [0])).length, 1);
  t.deepEqual(connections.groups(), [[0, 1, 2, 3]]);
});

/** Processes with communicators, all of which are known here. */
class Model {
  readonly connections: Connections;
  readonly #random: () => number;
  readonly #worlds: number[][] = [];
  readonly #open: { readonly context: number; readonly processes: number[] }[] = [];
  /** Those that some have given up: who has not said so yet. */
  readonly #closing: { context: number; processes: number[]; left: number[] }[] = [];
  #context = 0;

  constructor(seed: number) {
    this.#random = seededRandom(seed);
    const size = 1 + this.#below(3);
    this.connections = new Connections(size);
    this.#worlds.push(Array.from({ length: size }, (_, rank) => rank));
  }

  step(): void {
    const choice = this.#below(8);
    if (choice === 0) this.#spawn();
    else if (choice === 1) this.#join();
    else if (choice < 4) this.#beginToClose();
    else this.#say();
  }

  /** Those together that are connected by what is open, or not yet given up by all. */
  groups(): number[][] {
    const groups: Set<number>[] = [];
    for (const { processes } of this.#all()) {
      const touched = groups.filter((group) => processes.some((each) => group.has(each)));
      for (const group of touched) groups.splice(groups.indexOf(group), 1);
      groups.push(new Set([...processes, ...touched.flatMap((group) => [...group])]));
    }
    return groups
      .map((group) => [...group].sort((a, b) => a - b))
      .sort(([a = 0], [b = 0]) => a - b);
  }

  #all(): { readonly processes: readonly number[] }[] {
    const worlds = this.#worlds.map((processes) => ({ processes }));
    return [...worlds, ...this.#open, ...this.#closing];
  }

  #spawn(): void {
    const parents = this.#pick([...this.#worlds, ...this.#open.map(({ processes }) => processes)]);
    const first = this.#worlds.flat().length;
    const children = Array.from({ length: 1 + this.#below(2) }, (_, at) => first + at);
    this.#worlds.push(children);
    this.connections.grow(children.length, parents[0] as number);
    this.#make([...parents, ...children]);
  }

  /** Two groups whose leaders have a communicator in common make one of both. */
  #join(): void {
    const groups = [...this.#worlds, ...this.#open.map(({ processes }) => processes)];
    const common = this.#pick(groups);
    const of = (leader: number): number[] =>
      this.#pick(groups.filter((group) => group.includes(leader)));
    this.#make([...of(this.#pick(common)), ...of(this.#pick(common))]);
  }

  #make(processes: readonly number[]): void {
    this.#context += 2;
    this.#open.push({ context: this.#context, processes: [...new Set(processes)] });
  }

  #beginToClose(): void {
    if (this.#open.length === 0) return;
    const [closed] = this.#open.splice(this.#below(this.#open.length), 1);
    if (closed !== undefined) this.#closing.push({ ...closed, left: [...closed.processes] });
  }

  /** One of those that give up a communicator says so. */
  #say(): void {
    if (this.#closing.length === 0) return;
    const closing = this.#pick(this.#closing);
    const [process] = closing.left.splice(this.#below(closing.left.length), 1) as [number];
    const own = this.#worlds.find((world) => world.includes(process));
    const still = [...this.#open, ...this.#closing.filter(({ left }) => left.includes(process))];
    const connected = new Set(
      still.flatMap(({ processes }) => (processes.includes(process) ? processes : [])),
    );
    const { context, processes } = closing;
    if (closing.left.length === 0) this.#closing.splice(this.#closing.indexOf(closing), 1);
    // What is all of one world is nothing to speak of.
    if (processes.every((each) => own?.includes(each))) return;
    const outside = [...connected].filter((each) => !own?.includes(each));
    this.connections.disconnect(process, { context, processes, connected: outside });
  }

  #below(n: number): number {
    return Math.floor(this.#random() * n);
  }

  #pick<T>(list: readonly T[]): T {
    return list[this.#below(list.length)] as T;
  }
}

test('what processes say on disconnecting is enough to know who is connected', (t) => {
  for (let seed = 0; seed < 2000; seed += 1) {
    const model = new Model(seed);
    for (let step = 0; step < 60; step += 1) {
      model.step();
      t.deepEqual(model.connections.groups(), model.groups(), `seed ${seed}, step ${step}`);
    }
  }
});

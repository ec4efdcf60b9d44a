import type { Unit } from '../reading.ts';
import { median } from '../statistics.ts';
import { chooseItems } from './items.ts';
import { fib, type nothing, type who } from './tasks.ts';

/** Two workers, of whatever kind. */
export interface Workers {
  /** Call one of the functions of `tasks.ts` for each item, which is handed out alone. */
  map(
    name: (typeof fib | typeof nothing | typeof who)['name'],
    items: readonly number[],
  ): PromiseLike<readonly unknown[]>;
  close(): Promise<void>;
}

/** How often each list is computed alone and by the workers, in turns. */
const TURNS = 3;

const TASKS_AT_ONCE = 10_000;
const LEAST_BATCHES = 3;

/** Print one figure of a pool. */
export function show(what: string, unit: Unit, value: number): void {
  console.log(JSON.stringify({ test: 'pool', what, [unit]: value }));
}

/** Do something, and see how many milliseconds that takes. */
export async function timed<T>(
  run: () => T | PromiseLike<T>,
): Promise<{ readonly ms: number; readonly result: T }> {
  const start = performance.now();
  const result = await run();
  return { ms: performance.now() - start, result };
}

/**
 * Measure two workers, and print what comes of it: the time until the first results of both are there; by how
 * much they are faster than this process alone, with items that take long; and how many items of no work they do.
 */
export async function measurePool(open: () => Workers, seconds: number): Promise<void> {
  const start = performance.now();
  const workers = open();
  const seen = new Set<unknown>();
  while (seen.size < 2) for (const name of await workers.map('who', [1, 2])) seen.add(name);
  show('start', 'milliseconds', performance.now() - start);
  const { list, equal } = chooseItems(seconds);
  // V8 compiles what it has run for a while.
  const short = list.map((n) => n - 8);
  for (let turn = 0; turn < 4; turn += 1) {
    computeAll(short);
    await workers.map('fib', short);
  }
  show('list', 'ratio', await speedUp(workers, list));
  show('equal', 'ratio', await speedUp(workers, equal));
  show('empty', 'tasksPerSecond', await rate(workers, seconds));
  await workers.close();
}

/** Compute all, one after the other. */
export function computeAll(items: readonly number[]): number[] {
  return items.map(fib);
}

async function speedUp(workers: Workers, items: readonly number[]): Promise<number> {
  const ratios: number[] = [];
  for (let turn = 0; turn < TURNS; turn += 1) {
    const alone = await timed(() => computeAll(items));
    const together = await timed(() => workers.map('fib', items));
    if (alone.result.join() !== together.result.join()) throw new Error(`fib: ${together.result}`);
    ratios.push(alone.ms / together.ms);
  }
  return median(ratios);
}

async function rate(workers: Workers, seconds: number): Promise<number> {
  const items = Array.from({ length: TASKS_AT_ONCE }, (_, at) => at);
  const batch = async (): Promise<number> => (await timed(() => workers.map('nothing', items))).ms;
  const warmUp = performance.now();
  while (performance.now() - warmUp < seconds * 1000) await batch();
  const batches: number[] = [];
  for (let spent = 0; spent < seconds * 1000 || batches.length < LEAST_BATCHES; ) {
    const ms = await batch();
    spent += ms;
    batches.push(ms);
  }
  return TASKS_AT_ONCE / (median(batches) / 1000);
}

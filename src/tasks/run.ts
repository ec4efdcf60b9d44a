/** A function that is called for items. */
export type TaskFunction = (...args: never[]) => unknown;

/** Chunks on their way to a worker: all their items in a row. */
export interface Work {
  readonly ids: readonly number[];
  readonly sizes: readonly number[];
  readonly items: readonly unknown[];
}

/** What came of chunks, in the same form. One that failed is named apart: it is the last, and has no values. */
export interface Answers {
  readonly ids: number[];
  /** How long each took. */
  readonly micros: number[];
  readonly sizes: number[];
  readonly values: unknown[];
  failure?: TaskFailure | undefined;
}

/** What an item ended with that has no value. */
export interface TaskFailure {
  readonly id: number;
  /** Place of the item in its chunk. */
  readonly at: number;
  readonly error: unknown;
  /** The chunks that came with it and were not begun. */
  readonly skipped: readonly number[];
}

/** Put chunks in the form in which they travel. */
export function packWork(
  loads: readonly { readonly id: number; readonly items: readonly unknown[] }[],
): Work {
  const [only] = loads;
  if (only !== undefined && loads.length === 1) {
    return { ids: [only.id], sizes: [only.items.length], items: only.items };
  }
  return {
    ids: loads.map(({ id }) => id),
    sizes: loads.map(({ items }) => items.length),
    items: loads.flatMap(({ items }) => items),
  };
}

/** Answers to which nothing was added yet. */
export function noAnswers(): Answers {
  return { ids: [], micros: [], sizes: [], values: [] };
}

const NONE: ReadonlySet<number> = new Set();

/**
 * Call a function for each item of some chunks, one after the other, and wait for each result.
 *
 * @param spread  whether an item is a list of arguments
 * @param now  milliseconds
 * @param pause  is called between chunks with the answers so far; may send these, and gives those to go on with
 * @param dropped  chunks that are left out; may grow during a pause
 * @returns the last answers: all, or up to the first failure
 */
export async function runWork(
  fn: TaskFunction,
  { ids, sizes, items }: Work,
  spread: boolean,
  now: () => number,
  pause: (answers: Answers) => Answers | Promise<Answers> = (answers) => answers,
  dropped: ReadonlySet<number> = NONE,
): Promise<Answers> {
  const call = fn as (...args: unknown[]) => unknown;
  let answers = noAnswers();
  let first = 0;
  let began = now();
  for (let load = 0; load < ids.length; load += 1) {
    const id = ids[load] as number;
    const size = sizes[load] as number;
    if (dropped.has(id)) {
      first += size;
      continue;
    }
    const kept = answers.values.length;
    for (let at = 0; at < size; at += 1) {
      const item = items[first + at];
      try {
        let value = spread ? call(...(item as unknown[])) : call(item);
        // An await for what is there already would cost more than a short task.
        if (isThenable(value)) value = await value;
        answers.values.push(value);
      } catch (error) {
        answers.values.length = kept;
        const skipped = ids.slice(load + 1);
        return { ...answers, failure: { id, at, error, skipped } };
      }
    }
    const ended = now();
    answers.ids.push(id);
    answers.micros.push((ended - began) * 1000);
    answers.sizes.push(size);
    began = ended;
    first += size;
    if (load < ids.length - 1) {
      const next = pause(answers);
      answers = next instanceof Promise ? await next : next;
    }
  }
  return answers;
}

/** Hand the values of each chunk out, and say how long each took. */
export function unpackAnswers(
  { ids, sizes, values, micros }: Answers,
  take: (id: number, values: readonly unknown[]) => void,
): { readonly id: number; readonly micros: number }[] {
  let first = 0;
  return ids.map((id, index) => {
    const size = sizes[index] as number;
    take(id, ids.length === 1 ? values : values.slice(first, first + size));
    first += size;
    return { id, micros: micros[index] as number };
  });
}

/** Whether `await` would wait for it. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as { readonly then?: unknown }).then === 'function'
  );
}

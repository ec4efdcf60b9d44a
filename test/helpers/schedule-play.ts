import { type Load, Schedule } from '../../src/tasks/schedule.ts';
import { ListSupply } from '../../src/tasks/supply.ts';

/** How the time of a played schedule goes by. All is in microseconds. */
export interface PlayOptions {
  readonly workers: number;
  /** From the sending of a message until it is acted upon. */
  readonly latency: number;
  /** A worker answers after this time, though it has more to do. */
  readonly answersAfter: number;
}

/** What came of it. */
export interface Played {
  /** When the last result was there. */
  readonly end: number;
  /** How long each worker had nothing to do until then. */
  readonly idle: readonly number[];
  readonly messages: number;
}

interface PlayedWorker {
  queue: Load<ListSupply>[];
  /** What is done, and not answered yet. */
  done: { readonly id: number; readonly micros: number }[];
  running: boolean;
  /** What it is asked to give back, which it does between two chunks. */
  asked: readonly number[] | undefined;
  answeredAt: number;
  busy: number;
}

/** Let workers do items that take so long each, in a time that is counted and not waited for. */
export function playSchedule(
  durations: readonly number[],
  { workers, latency, answersAfter }: PlayOptions,
): Played {
  const events: { readonly at: number; readonly run: () => void }[] = [];
  let now = 0;
  let messages = 0;
  let end = 0;
  const later = (after: number, run: () => void): void => {
    const at = now + after;
    const place = events.findLastIndex((event) => event.at <= at) + 1;
    events.splice(place, 0, { at, run });
  };
  const all = Array.from({ length: workers }, (): PlayedWorker => {
    return { queue: [], done: [], running: false, asked: undefined, answeredAt: 0, busy: 0 };
  });
  const schedule: Schedule<ListSupply> = new Schedule({
    recall: (id, ids) => drop(id, ids),
    give: (id, loads) => {
      messages += 1;
      later(latency, () => {
        const worker = all[id] as PlayedWorker;
        worker.queue.push(...loads);
        if (!worker.running) begin(id, worker);
      });
    },
  });
  const drop = (id: number, ids: readonly number[]): void => {
    messages += 1;
    later(latency, () => {
      const worker = all[id] as PlayedWorker;
      worker.asked = ids;
      if (!worker.running) giveBack(id, worker);
    });
  };
  const giveBack = (id: number, worker: PlayedWorker): void => {
    const { asked } = worker;
    if (asked === undefined) return;
    worker.asked = undefined;
    const given = worker.queue.filter((load) => asked.includes(load.id)).map((load) => load.id);
    worker.queue = worker.queue.filter((load) => !given.includes(load.id));
    messages += 1;
    later(latency, () => {
      schedule.returned(id, given);
      schedule.fill();
    });
  };
  const begin = (id: number, worker: PlayedWorker): void => {
    const load = worker.queue.shift();
    worker.running = load !== undefined;
    if (load === undefined) return;
    const micros = load.items.reduce<number>((sum, item) => sum + (item as number), 0);
    later(micros, () => {
      worker.busy += micros;
      worker.done.push({ id: load.id, micros });
      const isTime = now - worker.answeredAt >= answersAfter;
      if (worker.queue.length === 0 || worker.asked !== undefined || isTime) answer(id, worker);
      giveBack(id, worker);
      begin(id, worker);
    });
  };
  const answer = (id: number, worker: PlayedWorker): void => {
    messages += 1;
    worker.answeredAt = now;
    const done = worker.done.splice(0);
    later(latency, () => {
      end = now;
      schedule.done(id, done);
      schedule.fill();
    });
  };
  schedule.add(new ListSupply(durations, 1));
  for (let id = 0; id < workers; id += 1) schedule.join(id);
  schedule.fill();
  for (let event = events.shift(); event !== undefined; event = events.shift()) {
    now = event.at;
    event.run();
  }
  return { end, idle: all.map(({ busy }) => end - busy), messages };
}

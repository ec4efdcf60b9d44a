import test from 'ava';
import { seededRandom } from '../../src/base/random.ts';
import { type Load, Schedule } from '../../src/tasks/schedule.ts';
import { ListSupply } from '../../src/tasks/supply.ts';
import { playSchedule } from '../helpers/schedule-play.ts';

const SEEDS = 3000;

/** Two workers, who hear of each other in as long as it takes to wake somebody. */
const TWO = { workers: 2, latency: 150, answersAfter: 1000 };

const sumOf = (all: readonly number[]): number => all.reduce((sum, one) => sum + one, 0);

/** How much faster two workers are than one. */
function speedUp(durations: readonly number[], latency: number = TWO.latency): number {
  return sumOf(durations) / playSchedule(durations, { ...TWO, latency }).end;
}

const list = (count: number): number[] => Array.from({ length: count }, (_, at) => at);

test('whatever workers do, each item is done, and no worker is idle while there is work', (t) => {
  for (let seed = 0; seed < SEEDS; seed += 1) {
    const random = seededRandom(seed);
    const upTo = (most: number): number => Math.floor(random() * most);
    const counts = Array.from({ length: 1 + upTo(3) }, () => upTo(60));
    const supplies = counts.map((count) => new ListSupply(list(count), 1 + upTo(4)));
    const results = counts.map((count) => new Array<number>(count).fill(0));
    const given = new Map<number, Load<ListSupply>[]>();
    const asked = new Map<number, readonly number[]>();
    const schedule: Schedule<ListSupply> = new Schedule({
      least: 1 + upTo(2),
      give: (worker, loads) => given.set(worker, [...(given.get(worker) ?? []), ...loads]),
      recall: (worker, ids) => {
        t.false(asked.has(worker), 'once at a time');
        t.true(
          ids.every((id) =>
            given
              .get(worker)
              ?.slice(1)
              .some((load) => load.id === id),
          ),
        );
        t.true(
          [...given.values()].some((loads) => loads.length === 0),
          'for somebody',
        );
        asked.set(worker, ids);
      },
    });
    for (const supply of supplies) schedule.add(supply);
    let lastWorker = 0;
    const join = (): void => {
      lastWorker += 1;
      given.set(lastWorker, []);
      schedule.join(lastWorker);
    };
    for (let worker = 0; worker < 1 + (seed % 4); worker += 1) join();
    let deaths = 6;
    for (let step = 0; step < 1000; step += 1) {
      schedule.fill();
      const left = supplies.reduce((sum, supply) => sum + supply.left, 0);
      const busy = [...given].filter(([, loads]) => loads.length > 0);
      if (left > 0 && busy.length < given.size)
        t.true([...given.values()].flat().some(({ kills }) => kills > 0));
      if (busy.length === 0) break;
      const [worker, loads] = busy[upTo(busy.length)] as [number, Load<ListSupply>[]];
      const suspects = loads.filter(({ kills }) => kills > 0);
      if (suspects.length > 0) t.deepEqual([loads.length, suspects[0]?.items.length], [1, 1]);
      if (deaths > 0 && random() < 0.1) {
        deaths -= 1;
        t.deepEqual(schedule.leave(worker), loads);
        given.delete(worker);
        asked.delete(worker);
        for (const load of loads) {
          for (const [at, item] of load.items.entries()) schedule.redo(load, load.first + at, item);
        }
        join();
        continue;
      }
      const ids = asked.get(worker);
      if (ids !== undefined && random() < 0.5) {
        // All but what it has begun by now, or does at the same time.
        const begun = 1 + upTo(loads.length);
        const returned = loads.slice(begun).flatMap(({ id }) => (ids.includes(id) ? id : []));
        given.set(
          worker,
          loads.filter(({ id }) => !returned.includes(id)),
        );
        asked.delete(worker);
        schedule.returned(worker, returned);
        continue;
      }
      const some = loads.splice(0, 1 + upTo(loads.length));
      for (const { supply, first, items } of some) {
        for (const [at, item] of items.entries()) {
          t.is(item, first + at);
          (results[supplies.indexOf(supply)] as number[])[first + at] =
            ((results[supplies.indexOf(supply)] as number[])[first + at] as number) + 1;
        }
      }
      schedule.done(
        worker,
        some.map(({ id }) => ({ id, micros: random() < 0.2 ? 5000 : 3 })),
      );
    }
    t.true(schedule.idle, `seed ${seed}`);
    t.deepEqual(
      results,
      counts.map((count) => new Array<number>(count).fill(1)),
      `seed ${seed}`,
    );
  }
});

test('long chunks are handed out one by one, short ones in heaps that grow and then shrink', (t) => {
  const heaps = (micros: number): number[] => {
    const sizes: number[] = [];
    const loads: Load<ListSupply>[] = [];
    const schedule: Schedule<ListSupply> = new Schedule({
      give: (_, some) => {
        sizes.push(some.length);
        loads.push(...some);
      },
    });
    schedule.add(new ListSupply(list(200), 1));
    schedule.join(1);
    schedule.fill();
    while (loads.length > 0) {
      schedule.done(
        1,
        loads.splice(0).map(({ id }) => ({ id, micros })),
      );
      schedule.fill();
    }
    return sizes;
  };
  t.deepEqual(heaps(10_000), new Array(200).fill(1));
  const short = heaps(1);
  t.deepEqual(short.slice(0, 6), [1, 2, 4, 8, 16, 32]);
  t.is(short.at(-1), 1);
  t.true(short.length < 20);
});

test('answers come the further apart the longer chunks take, and the fewer workers are at it', (t) => {
  const given: (readonly [worker: number, load: Load<ListSupply>])[] = [];
  const schedule: Schedule<ListSupply> = new Schedule({
    give: (worker, loads) => given.push(...loads.map((load) => [worker, load] as const)),
  });
  const answer = (micros: number): void => {
    const [worker, { id }] = given.shift() as (typeof given)[number];
    schedule.done(worker, [{ id, micros }]);
    schedule.fill();
  };
  const [long, short] = [new ListSupply(list(6), 1), new ListSupply(list(1), 1)];
  for (const worker of [1, 2]) schedule.join(worker);
  schedule.add(long);
  schedule.fill();
  t.is(schedule.intervalWithin(1000), Number.POSITIVE_INFINITY, 'nobody has answered');
  answer(10_000);
  t.is(schedule.intervalWithin(1000), 5000);
  schedule.add(short);
  for (let count = 0; count < 4; count += 1) answer(given[0]?.[1].supply === short ? 100 : 10_000);
  t.is(schedule.intervalWithin(1000), 50, 'those that come soonest count');
  schedule.remove(short);
  t.is(schedule.intervalWithin(1000), 5000);
  const heaps: Schedule<ListSupply> = new Schedule({ give: (_, [load]) => (first ??= load?.id) });
  let first: number | undefined;
  heaps.add(new ListSupply(list(100), 1));
  heaps.join(1);
  heaps.fill();
  heaps.done(1, [{ id: first ?? 0, micros: 400 }]);
  heaps.fill();
  t.is(heaps.intervalWithin(1000), 800, 'what a worker has is answered together');
  t.is(heaps.intervalWithin(500), 500, 'but for a while that is too long');
});

test('calls that are under way take turns', (t) => {
  const order: number[] = [];
  const supplies = [new ListSupply(list(3), 1), new ListSupply(list(3), 1)];
  const schedule: Schedule<ListSupply> = new Schedule({
    give: (_, loads) => order.push(...loads.map(({ supply }) => supplies.indexOf(supply))),
  });
  for (const supply of supplies) schedule.add(supply);
  schedule.join(1);
  for (let id = 1; id <= 6; id += 1) {
    schedule.fill();
    schedule.done(1, [{ id, micros: 10_000 }]);
  }
  t.deepEqual(order, [0, 1, 0, 1, 0, 1]);
});

test('a call that is over gets no further turn', (t) => {
  let given = 0;
  const schedule: Schedule<ListSupply> = new Schedule({ give: () => (given += 1) });
  const supply = new ListSupply(list(3), 1);
  schedule.add(supply);
  schedule.join(1);
  schedule.fill();
  schedule.remove(supply);
  schedule.done(1, [{ id: 1, micros: 1 }]);
  schedule.fill();
  t.is(given, 1);
  t.true(schedule.idle);
});

test('however long chunks are, workers have the next one when they need it', (t) => {
  const golden = (1 + Math.sqrt(5)) / 2;
  const fibs = [38, 37, 36, 35, 34, 33].map((n) => 87_000 * golden ** (n - 36));
  t.true(speedUp(fibs) > 1.98, 'the list of the examples, of which 2 is the most');
  t.true(speedUp(new Array(8).fill(87_000)) > 1.98);
  for (const micros of [3, 30, 100, 500, 1000, 2000, 4000, 8000, 20_000]) {
    const all = new Array<number>(Math.ceil(400_000 / micros)).fill(micros);
    t.true(speedUp(all) > 1.9, `${micros}`);
    // Where others have the processors as well, who hands out waits for one.
    if (micros > 10) t.true(speedUp(all, 1000) > 1.55, `${micros}, slowly`);
  }
});

test('where long chunks follow upon short ones, or stand in a row among them, none waits for a worker while another is idle', (t) => {
  const short = new Array<number>(3000).fill(10);
  for (const count of [8, 20, 100]) {
    const long = new Array<number>(count).fill(50_000);
    t.true(speedUp([...short, ...long]) > 1.8, `${count} at the end`);
    // The first of them has to end before anybody knows.
    t.true(speedUp([...short, ...long, ...short]) > 1.6, `${count} in the middle`);
  }
});

test('whatever chunks take, two workers need little more than the half, or the longest', (t) => {
  for (let seed = 0; seed < 300; seed += 1) {
    const random = seededRandom(seed);
    const tail = 0.5 + random();
    const all = Array.from(
      { length: 10 + Math.floor(random() * 400) },
      () => 200 / random() ** tail,
    );
    const longest = all.reduce((most, one) => Math.max(most, one));
    const { end, messages } = playSchedule(all, TWO);
    // Handed out one by one, without any loss of time, it would be this at the most; what was ahead adds to it.
    const bound = sumOf(all) / 2 + longest / 2;
    t.true(end <= 1.15 * bound + 20_000, `seed ${seed}: ${end} of ${bound}`);
    t.true(messages <= 4 * all.length + 8, `seed ${seed}: ${messages} messages for ${all.length}`);
  }
});

import test from 'ava';
import { seededRandom } from '../../src/base/random.ts';
import { findCircle, type LockWait } from '../../src/keeper/circle.ts';
import { Keeper } from '../../src/keeper/keeper.ts';

/** Whether some of these wait for nothing but what they hold themselves: all sets of them are tried. */
function someInVain(stuck: ReadonlyMap<number, readonly LockWait[]>): boolean {
  const clients = [...stuck.keys()];
  for (let set = 1; set < 2 ** clients.length; set += 1) {
    const members = clients.filter((_, at) => (set & (2 ** at)) !== 0);
    const isVain = members.every((client) =>
      (stuck.get(client) ?? []).every(({ holder }) => members.includes(holder ?? -1)),
    );
    if (isVain) return true;
  }
  return false;
}

test('a circle is found exactly when some wait in vain, as soon as they do, and from the last one back to itself', (t) => {
  let found = 0;
  for (let seed = 0; seed < 5000; seed += 1) {
    const random = seededRandom(seed);
    const below = (n: number): number => Math.floor(random() * n);
    const size = 2 + below(6);
    const stuck = new Map<number, LockWait[]>();
    for (let step = 0; step < 12; step += 1) {
      const client = below(size);
      if (below(4) === 0) stuck.delete(client);
      else {
        const waits = Array.from({ length: 1 + below(2) }, (_, id): LockWait => {
          const holder = below(8) === 0 ? undefined : below(size);
          return { client, id, name: `${holder} ${id}`, holder };
        });
        stuck.set(client, waits);
        const circle = findCircle(client, stuck);
        t.is(circle !== undefined, someInVain(stuck), `seed ${seed}, step ${step}`);
        if (circle === undefined) continue;
        found += 1;
        t.is(circle[0]?.client, client);
        t.is(circle.at(-1)?.holder, client);
        for (const [at, wait] of circle.slice(1).entries())
          t.is(wait.client, circle[at]?.holder as number);
        t.is(new Set(circle.map((wait) => wait.client)).size, circle.length);
        // Whoever is refused goes on.
        stuck.delete(client);
      }
      t.false(someInVain(stuck));
    }
  }
  t.true(found > 1000);
});

/** Let each of these processes hold the lock of its number, and then want that of the next. */
function ring(size: number): Keeper {
  const keeper = new Keeper();
  for (let client = 0; client < size; client += 1) {
    keeper.take(client, [{ op: 'lock', id: 1, key: `${client}` }]);
  }
  for (let client = 0; client < size; client += 1) {
    keeper.take(client, [{ op: 'lock', id: 2, key: `${(client + 1) % size}` }]);
  }
  return keeper;
}

const stuck = (id: number, lock: number, line?: string): Parameters<Keeper['take']>[1] => [
  { op: 'stuck', id, waits: [{ lock, line }] },
];

for (const size of [1, 2, 3, 5]) {
  test(`${size} that wait for each other: the last one that is stuck is refused, and the rest go on`, (t) => {
    const keeper = ring(size);
    for (let client = 1; client < size; client += 1) {
      t.deepEqual([...keeper.take(client, stuck(3, 2, `line ${client}`))], []);
    }
    const circle = Array.from({ length: size }, (_, at) => {
      const holder = (at + 1) % size;
      return { key: `${holder}`, holder, line: holder === 0 ? undefined : `line ${holder}` };
    });
    t.deepEqual([...keeper.take(0, stuck(3, 2))], [[0, [{ id: 2, circle }]]]);
    // It gives back what it holds, and so do those that get it.
    for (let client = size - 1; client > 0; client -= 1) {
      const holder = (client + 1) % size;
      const told = keeper.take(holder, [{ op: 'release', id: 4, key: `${holder}`, lock: 1 }]);
      t.deepEqual(told.get(client), [{ id: 2 }]);
    }
  });
}

test('one that can do anything else keeps the others waiting', (t) => {
  const keeper = ring(2);
  keeper.take(0, stuck(3, 2));
  t.is(keeper.take(0, [{ op: 'get', id: 4, key: 'k' }]).get(0)?.length, 1);
  t.is(keeper.take(1, stuck(3, 2)).size, 0);
  t.is(keeper.take(0, stuck(5, 2)).get(0)?.[0]?.circle?.length, 2);
});

test('a word that was under way while a lock was granted is too late', (t) => {
  const keeper = new Keeper();
  keeper.take(0, [{ op: 'lock', id: 1, key: 'a' }]);
  keeper.take(1, [{ op: 'lock', id: 1, key: 'b' }]);
  keeper.take(1, [{ op: 'lock', id: 2, key: 'a' }]);
  keeper.take(0, [{ op: 'release', id: 2, key: 'a', lock: 1 }]);
  keeper.take(0, [{ op: 'lock', id: 3, key: 'b' }]);
  // Process 1 has got a by now, and does not know it.
  t.is(keeper.take(1, stuck(3, 2)).size, 0);
  t.is(keeper.take(0, stuck(4, 3)).size, 0);
});

test('who waits for several goes on with the first', (t) => {
  const keeper = ring(2);
  keeper.take(2, [{ op: 'lock', id: 1, key: 'c' }]);
  keeper.take(0, [{ op: 'lock', id: 3, key: 'c' }]);
  const waits = [{ lock: 2 }, { lock: 3 }];
  t.is(keeper.take(0, [{ op: 'stuck', id: 4, waits }]).size, 0);
  t.is(keeper.take(1, stuck(3, 2)).size, 0);
  t.deepEqual(keeper.take(2, [{ op: 'release', id: 2, key: 'c', lock: 1 }]).get(0), [{ id: 3 }]);
});

test('the lock of one that is gone goes on, and no circle is left', (t) => {
  const keeper = ring(2);
  keeper.take(0, stuck(3, 2));
  t.deepEqual(keeper.gone(1).get(0), [{ id: 2, abandoned: true }]);
});

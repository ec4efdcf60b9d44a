import test from 'ava';
import fc from 'fast-check';
import { collectHosts } from '../../src/hosts/collect.ts';
import { readHostList } from '../../src/hosts/host-list.ts';
import { HostMistake } from '../../src/hosts/mistake.ts';
import { type Placing, placeRanks } from '../../src/hosts/place.ts';
import { holds } from '../helpers/property.ts';

/** The host of each rank, by the letters of its name. */
function placed(ranks: number, list: string, placing: Partial<Placing> = {}): string {
  const hosts = collectHosts(readHostList(list));
  const numbers = placeRanks(ranks, hosts, { mapBy: 'slot', ...placing });
  return numbers.map((number) => hosts[number]?.name).join('');
}

test('by slot, hosts are filled one after the other', (t) => {
  t.is(placed(3, 'a:2,b:2'), 'aab');
  t.is(placed(1, 'a:2,b:2'), 'a');
});

test('by slot, ranks beyond the slots go round again', (t) => {
  t.is(placed(9, 'a:2,b'), 'aabaabaab');
});

test('by node, ranks are dealt out one by one to hosts that have slots left', (t) => {
  t.is(placed(4, 'a:3,b', { mapBy: 'node' }), 'abaa');
  t.is(placed(5, 'a:2,b:2,c', { mapBy: 'node' }), 'abcab');
});

test('by node, hosts share slots only when all are full', (t) => {
  t.is(placed(7, 'a:2,b', { mapBy: 'node' }), 'abaabaa'.slice(0, 7));
});

test('so many per node are placed on each host, whatever its slots', (t) => {
  t.is(placed(6, 'a,b:8,c', { perNode: 2 }), 'aabbcc');
  t.is(placed(5, 'a,b:8,c', { perNode: 2 }), 'aabbc');
  t.is(placed(5, 'a,b:8,c', { perNode: 2, mapBy: 'node' }), 'abcab');
  t.throws(() => placed(7, 'a,b:8,c', { perNode: 2 }), {
    instanceOf: HostMistake,
    message:
      'the job has 7 ranks, but with --per-node 2 there is room for 6 on the 3 hosts; ask for fewer ranks, or for more on each host',
  });
  t.throws(() => placed(3, 'a', { perNode: 2 }), {
    message: /room for 2 on host a; ask for fewer/,
  });
});

test('no host takes more than its limit; others take the rest', (t) => {
  const hosts = [
    { name: 'a', slots: 1, maxSlots: 2 },
    { name: 'b', slots: 1 },
  ];
  t.deepEqual(placeRanks(6, hosts, { mapBy: 'slot' }), [0, 1, 0, 1, 1, 1]);
  t.deepEqual(placeRanks(6, hosts, { mapBy: 'node' }), [0, 1, 0, 1, 1, 1]);
});

test('where limits leave no room the job is refused', (t) => {
  const hosts = [
    { name: 'a', slots: 1, maxSlots: 2 },
    { name: 'b', slots: 1, maxSlots: 3 },
  ];
  const message =
    'the job has 6 ranks, but max_slots leaves room for 5 on the 2 hosts; ask for fewer ranks, or add hosts';
  t.throws(() => placeRanks(6, hosts, { mapBy: 'slot' }), { instanceOf: HostMistake, message });
  t.throws(() => placeRanks(6, hosts, { mapBy: 'node', perNode: 3 }), { message });
});

test('every rank has a host, no limit is broken, and none shares slots while others are free', async (t) => {
  const host = fc.record({ name: fc.constant('h'), slots: fc.integer({ min: 1, max: 5 }) });
  const hosts = fc.array(host, { minLength: 1, maxLength: 6 });
  const placing = fc.constantFrom<Placing>({ mapBy: 'slot' }, { mapBy: 'node' });
  await holds(
    t,
    fc.property(fc.tuple(fc.integer({ min: 1, max: 60 }), hosts, placing), ([ranks, all, how]) => {
      const numbers = placeRanks(ranks, all, how);
      const loads = all.map((_, index) => numbers.filter((number) => number === index).length);
      const slots = all.reduce((sum, each) => sum + each.slots, 0);
      const rounds = Math.floor(ranks / slots);
      const fair = loads.every((load, index) => {
        const own = all[index]?.slots ?? 0;
        return load >= rounds * own && load <= (rounds + 1) * own;
      });
      return numbers.length === ranks && fair;
    }),
    500,
  );
});

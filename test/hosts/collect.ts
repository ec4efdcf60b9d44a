import test from 'ava';
import { chooseHosts, collectHosts } from '../../src/hosts/collect.ts';
import type { HostEntry } from '../../src/hosts/entry.ts';
import type { Host } from '../../src/hosts/host.ts';
import { readHostList } from '../../src/hosts/host-list.ts';
import { HostMistake } from '../../src/hosts/mistake.ts';

function show(hosts: readonly Host[]): string[] {
  return hosts.map(
    ({ name, user, slots }) => `${user === undefined ? '' : `${user}@`}${name}:${slots}`,
  );
}

function collected(list: string): string[] {
  return show(collectHosts(readHostList(list)));
}

test('the slots of a host that is named twice add up, and it stays where it was first', (t) => {
  t.deepEqual(collected('a:2,b,a:3,b'), ['a:5', 'b:2']);
});

test('other users and ports of a name are other hosts', (t) => {
  t.deepEqual(collected('a,ada@a,a'), ['a:2', 'ada@a:1']);
  const ports = [{ name: 'a', port: 1 }, { name: 'a', port: 2 }, { name: 'a' }];
  t.is(collectHosts(ports).length, 3);
});

test('a host without slots is not used; one at least must be left', (t) => {
  t.deepEqual(collected('a:0,b,c:0,c'), ['b:1', 'c:1']);
  t.throws(() => collected('a:0,b[1-2]:0'), {
    instanceOf: HostMistake,
    message: 'no host has a slot; give one at least 1, as node1:1 or slots=1',
  });
});

test('limits add up too, and may not be below the slots together', (t) => {
  const a: HostEntry = { name: 'a', slots: 2, maxSlots: 3 };
  t.is(collectHosts([a, a])[0]?.maxSlots, 6);
  t.is(collectHosts([a, { name: 'a' }])[0]?.maxSlots, 3);
  t.throws(() => collectHosts([a, { name: 'a', slots: 2 }]), {
    message: 'host a is named several times, and has 4 slots together, but max_slots=3',
  });
});

const HOSTS: readonly Host[] = [
  { name: 'a', slots: 4, maxSlots: 8 },
  { name: 'b', user: 'ada', port: 2222, slots: 2 },
  { name: 'c', slots: 1 },
];

function chosen(list: string): Host[] {
  return chooseHosts(HOSTS, readHostList(list), 'the file');
}

test('those named are chosen, in the order in which they are named', (t) => {
  t.deepEqual(show(chosen('c,a')), ['c:1', 'a:4']);
});

test('a number replaces the slots of the host; without one it keeps them', (t) => {
  t.deepEqual(show(chosen('a:2,b')), ['a:2', 'ada@b:2']);
  t.deepEqual(show(chosen('a,a')), ['a:2']);
  t.deepEqual(show(chosen('a:0,b')), ['ada@b:2']);
});

test('a host keeps what the file says of it, and gets a user if that names none', (t) => {
  t.deepEqual(chosen('b'), [{ name: 'b', user: 'ada', port: 2222, slots: 2 }]);
  t.deepEqual(show(chosen('ada@b,bob@c')), ['ada@b:2', 'bob@c:1']);
});

test('a host that is not there, or takes fewer, cannot be chosen', (t) => {
  t.throws(() => chosen('a,d'), {
    instanceOf: HostMistake,
    message: "'d' is not among the hosts of the file: a, ada@b, c",
  });
  t.throws(() => chosen('bob@b'), {
    message: "'bob@b' is not among the hosts of the file: a, ada@b, c",
  });
  t.throws(() => chosen('a:9'), {
    message: 'a has room for 8 in the file, not for 9; ask for fewer',
  });
});

test('a message lists some of very many hosts', (t) => {
  const many = collectHosts(readHostList('n[1-4000]'));
  t.throws(() => chooseHosts(many, [{ name: 'x' }], 'the file'), {
    message: "'x' is not among the hosts of the file: n1, n2, n3, n4, n5, n6, n7, n8, …",
  });
});

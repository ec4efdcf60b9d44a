import test from 'ava';
import type { HostEntry } from '../../src/hosts/entry.ts';
import { readHostList } from '../../src/hosts/host-list.ts';
import { HostMistake } from '../../src/hosts/mistake.ts';

/** What a list says, without what it leaves open. */
function read(text: string): Partial<HostEntry>[] {
  return readHostList(text).map((entry) => {
    return Object.fromEntries(Object.entries(entry).filter(([, value]) => value !== undefined));
  });
}

for (const [text, hosts] of [
  ['a', [{ name: 'a' }]],
  ['a:2, b', [{ name: 'a', slots: 2 }, { name: 'b' }]],
  ['ada@c:1', [{ name: 'c', user: 'ada', slots: 1 }]],
  ['node[1,3]:2,x', [{ name: 'node1', slots: 2 }, { name: 'node3', slots: 2 }, { name: 'x' }]],
  ['a:0', [{ name: 'a', slots: 0 }]],
  ['10.0.0.1:4', [{ name: '10.0.0.1', slots: 4 }]],
  ['::1', [{ name: '::1' }]],
  ['[::1]', [{ name: '::1' }]],
  ['[::1]:2,a', [{ name: '::1', slots: 2 }, { name: 'a' }]],
  ['ada@[fe80::1%eth0]:3', [{ name: 'fe80::1%eth0', user: 'ada', slots: 3 }]],
  ['_', [{ name: '_' }]],
  ['a-b_c.d', [{ name: 'a-b_c.d' }]],
  ['7', [{ name: '7' }]],
] satisfies [string, Partial<HostEntry>[]][]) {
  test(`-H ${text} names ${hosts.map((host) => host.name).join(', ')}`, (t) => {
    t.deepEqual(read(text), hosts);
  });
}

const HOSTILE = [
  ...['-oProxyCommand=id', '-', '--', 'a;b', '$(id)', '`id`', 'a|b', 'a&b', 'a b', "a'b", 'a"b'],
  ...['a\\b', 'a\nb', 'a\0b', 'a\tb', '~', '*', 'a?', 'a>b', 'a<b', '#a', 'a!', '{a}', '..', '.a'],
  ...['a-', 'a.', 'a_', 'ä', 'a\u200b', '%h', 'a/b', '^a', '+n0', 'x'.repeat(254), 'a\u2028b'],
];

for (const name of HOSTILE) {
  test(`${encodeURIComponent(name.slice(0, 20))} is no name of a host`, (t) => {
    for (const text of [name, `${name}:2`, `ada@${name}`, `a,${name}`]) {
      t.throws(() => readHostList(text), {
        instanceOf: HostMistake,
        message: /is no name of a host; letters, digits, '.', '-' and '_' make one/,
      });
    }
  });
}

for (const user of ['', '-l', '$(id)', 'a b', 'a;b', '7', '.a', 'a@b', "a'"]) {
  test(`${JSON.stringify(user)} is no name of a user`, (t) => {
    t.throws(() => readHostList(`${user}@node1`), {
      instanceOf: HostMistake,
      message: `'${user}' is no name of a user; letters, digits, '.', '-' and '_' make one, and a letter or '_' comes first`,
    });
  });
}

for (const slots of ['', '-1', 'x', '1.5', '4097', '1e3', ' 2 2', '٣']) {
  test(`'${slots}' is no number of slots`, (t) => {
    t.throws(() => readHostList(`node1:${slots},b`), {
      instanceOf: HostMistake,
      message: `'${slots}' is no number of slots; give a whole number from 0 to 4096`,
    });
  });
}

for (const text of ['a:1:2', '::g', '[::g]:2', '[::1]2', '1:2:3', '[::1]:2:3x:']) {
  test(`${text} is neither an IPv6 address nor a host with slots`, (t) => {
    t.throws(() => readHostList(text), { instanceOf: HostMistake });
  });
}

test('an address of version 4 has four numbers below 256', (t) => {
  t.throws(() => readHostList('10.0.0.256'), {
    message: "'10.0.0.256' is no IPv4 address; each number is from 0 to 255",
  });
});

test('a host that is missing between commas is a mistake', (t) => {
  for (const text of ['', 'a,', ',a', 'a,,b', ' ']) {
    t.throws(() => readHostList(text), {
      message: 'a host is missing; write one between two commas, as in node1,node2:4',
    });
  }
  t.throws(() => readHostList(':4'), { message: 'the name of a host is missing' });
});

test('a list of very many hosts is refused, and a very long one read at once', (t) => {
  t.throws(() => readHostList('n[1-4000],m[1-97]'), {
    message: 'there are more than 4096 hosts; that is the limit',
  });
  const started = performance.now();
  t.throws(() => readHostList(`${'a'.repeat(50_000)},[${','.repeat(50_000)}`));
  t.true(performance.now() - started < 10_000);
});

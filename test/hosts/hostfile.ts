import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { collectHosts } from '../../src/hosts/collect.ts';
import type { Host } from '../../src/hosts/host.ts';
import { readHostfile } from '../../src/hosts/hostfile.ts';
import { HostMistake } from '../../src/hosts/mistake.ts';
import { ROOT } from '../helpers/run-example.ts';

/** The hosts of a file, without what it leaves open. */
function hostsOf(text: string): Partial<Host>[] {
  return collectHosts(readHostfile(text)).map((host) => {
    return Object.fromEntries(Object.entries(host).filter(([, value]) => value !== undefined));
  });
}

for (const [line, host] of [
  ['node1', { name: 'node1', slots: 1 }],
  ['node1 slots=4', { name: 'node1', slots: 4 }],
  ['node1 slots = 4', { name: 'node1', slots: 4 }],
  ['  node1\tslots= 4  max_slots =8 # big', { name: 'node1', slots: 4, maxSlots: 8 }],
  ['node1 max-slots=8#big', { name: 'node1', slots: 1, maxSlots: 8 }],
  ['ada@node2 port=2222', { name: 'node2', user: 'ada', port: 2222, slots: 1 }],
  ['node2 user=ada', { name: 'node2', user: 'ada', slots: 1 }],
  ['node2 username=ada', { name: 'node2', user: 'ada', slots: 1 }],
  ['node1:4', { name: 'node1', slots: 4 }],
  ['node1:4 max_slots=4 port=22', { name: 'node1', slots: 4, maxSlots: 4, port: 22 }],
  ['[::1]:2', { name: '::1', slots: 2 }],
  ['2001:db8::1 slots=2', { name: '2001:db8::1', slots: 2 }],
] satisfies [string, Partial<Host>][]) {
  test(`${JSON.stringify(line)} names ${host.name}`, (t) => {
    t.deepEqual(hostsOf(line), [host]);
  });
}

test('a range has the slots, the user and the port on each of its hosts', (t) => {
  t.deepEqual(hostsOf('ada@n[1-2] slots=3 port=2222'), [
    { name: 'n1', user: 'ada', port: 2222, slots: 3 },
    { name: 'n2', user: 'ada', port: 2222, slots: 3 },
  ]);
});

test('comments and empty lines say nothing, whatever ends a line and whatever stands first', (t) => {
  const text = '\ufeff# hosts\r\n\r\n  \t\r\nnode1:2\r\n#node2\nnode3\rnode4 slots=2';
  t.deepEqual(hostsOf(text), [
    { name: 'node1', slots: 2 },
    { name: 'node3', slots: 1 },
    { name: 'node4', slots: 2 },
  ]);
});

for (const [line, message] of [
  [
    'node1 slts=4',
    "'slts' is no setting of a host; write slots=4, max_slots=8, port=2222 or user=ada",
  ],
  ['node1 4', "'4' is no setting of a host; write slots=4, max_slots=8, port=2222 or user=ada"],
  [
    'node1 node2',
    "'node2' is no setting of a host; write slots=4, max_slots=8, port=2222 or user=ada",
  ],
  [
    'node1 slots=',
    "'slots' is no setting of a host; write slots=4, max_slots=8, port=2222 or user=ada",
  ],
  ['node1 = 4', "'=' is no setting of a host; write slots=4, max_slots=8, port=2222 or user=ada"],
  [
    'node1 slots==4',
    "'slots' is no setting of a host; write slots=4, max_slots=8, port=2222 or user=ada",
  ],
  ['node1 slots=x', "'x' is no number of slots; give a whole number from 0 to 4096"],
  ['node1 slots=-1', "'-1' is no number of slots; give a whole number from 0 to 4096"],
  ['node1 max_slots=0', "'0' is no largest number of slots; give a whole number from 1 to 4096"],
  ['node1 port=0', "'0' is no port; give a whole number from 1 to 65535"],
  ['node1 port=65536', "'65536' is no port; give a whole number from 1 to 65535"],
  ['node1 slots=1 slots=2', "'slots' is given twice; once is enough"],
  ['node1 max_slots=1 max-slots=2', "'max-slots' is given twice; once is enough"],
  ['node1:2 slots=2', "'slots' is given twice; once is enough"],
  ['ada@node1 user=bob', "'user' is given twice; once is enough"],
  ['node1 slots=4 max_slots=2', 'max_slots=2 is less than the 4 slots of the host'],
  ['node1:22022', "'22022' is no number of slots; give a whole number from 0 to 4096"],
  [
    '-oProxyCommand=touch /tmp/x',
    "'-oProxyCommand' is no name of a host; letters, digits, '.', '-' and '_' make one, no '.' or '-' comes first, and a letter or digit last",
  ],
] satisfies [string, string][]) {
  test(`'${line}' is a mistake, told with its line and what was expected`, (t) => {
    const mistake = t.throws(() => readHostfile(`\n# hosts\n${line}\nnode9\n`), {
      instanceOf: HostMistake,
    });
    t.is(mistake?.message, `line 3: '${line}': ${message}`);
  });
}

test('a line that is a bad name alone is shown once', (t) => {
  t.throws(() => readHostfile('a;b'), {
    message:
      "line 1: 'a;b' is no name of a host; letters, digits, '.', '-' and '_' make one, no '.' or '-' comes first, and a letter or digit last",
  });
});

test('nothing of a hostile line gets past the reader', (t) => {
  for (const line of [
    '$(id)',
    '`id`',
    'a|b',
    'a&&b',
    "a'b",
    'a"b',
    '../a',
    'a\0',
    'a\u2028b',
    '-',
  ]) {
    t.throws(() => readHostfile(line), { instanceOf: HostMistake }, line);
    t.throws(() => readHostfile(`node1 user=${line}`), { instanceOf: HostMistake }, line);
    t.throws(() => readHostfile(`node1 port=${line}`), { instanceOf: HostMistake }, line);
  }
});

test('a file without hosts says so', (t) => {
  for (const text of ['', '\n\n', '# node1\n', '\ufeff']) {
    t.throws(() => readHostfile(text), {
      message: 'there is no host in this file; write one on each line, as node1 slots=4',
    });
  }
});

test('a file of very many hosts is refused at the line where there are too many', (t) => {
  t.throws(() => readHostfile('n[1-4096]\nmore\n'), {
    message: "line 2: 'more': there are more than 4096 hosts; that is the limit",
  });
});

test('a file with long lines of spaces and signs is read at once', (t) => {
  const started = performance.now();
  t.deepEqual(hostsOf(`n1${' '.repeat(1_000_000)}# x`), [{ name: 'n1', slots: 1 }]);
  t.throws(() => readHostfile(`n1 ${'= '.repeat(500_000)}`));
  t.throws(() => readHostfile(`n1${'[1'.repeat(100_000)}`));
  t.true(performance.now() - started < 10_000);
});

test('hostfile.example is a hostfile, in both syntaxes', (t) => {
  const hosts = hostsOf(readFileSync(join(ROOT, 'hostfile.example'), 'utf8'));
  t.deepEqual(hosts.slice(0, 4), [
    { name: 'node01', slots: 4 },
    { name: 'node02', slots: 4, maxSlots: 8 },
    { name: 'node03', user: 'ada', port: 2222, slots: 2 },
    { name: 'node04', slots: 4 },
  ]);
  t.deepEqual(
    hosts.slice(4).map(({ name, slots }) => `${name}:${slots}`),
    [
      ...['node05:2', 'node06:2', 'node07:2', 'node08:2', 'gpu1:1', 'gpu2:1', 'gpu7:1'],
      ...['192.0.2.10:2', '2001:db8::10:2', 'localhost:1'],
    ],
  );
});

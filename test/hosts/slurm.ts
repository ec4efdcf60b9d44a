import test from 'ava';
import { HostMistake } from '../../src/hosts/mistake.ts';
import { readSlurmHosts } from '../../src/hosts/slurm.ts';

for (const [nodes, tasks, hosts] of [
  ['node1', '4', ['node1:4']],
  ['node[1-2]', '3,1', ['node1:3', 'node2:1']],
  ['node[1-2]', '2(x2)', ['node1:2', 'node2:2']],
  ['node[1-3]', '3,1(x2)', ['node1:3', 'node2:1', 'node3:1']],
  ['gpu7,node[01-02,10]', '2(x3),1', ['gpu7:2', 'node01:2', 'node02:2', 'node10:1']],
  ['rack[1-2]n[1-2]', '1(x4)', ['rack1n1:1', 'rack1n2:1', 'rack2n1:1', 'rack2n2:1']],
] satisfies [string, string, string[]][]) {
  test(`${nodes} with ${tasks} tasks is ${hosts.join(', ')}`, (t) => {
    t.deepEqual(
      readSlurmHosts(nodes, tasks).map(({ name, slots }) => `${name}:${slots}`),
      hosts,
    );
  });
}

test('numbers of tasks must be there for each node', (t) => {
  for (const tasks of ['1', '1(x3)', '1,1,1']) {
    t.throws(() => readSlurmHosts('node[1-2]', tasks), {
      instanceOf: HostMistake,
      message: /^'node\[1-2\]' has 2 nodes, but '.*' gives the tasks of [13]$/,
    });
  }
});

test('what is no number of tasks is refused', (t) => {
  for (const tasks of ['', 'x', '2(x)', '2x2', '2(x2', '1(x9999)', '-1']) {
    t.throws(() => readSlurmHosts('node[1-2]', tasks), {
      instanceOf: HostMistake,
      message: `'${tasks}' gives no numbers of tasks; they look like 2(x2),1`,
    });
  }
});

test('a node with a hostile name is refused', (t) => {
  t.throws(() => readSlurmHosts('node1,$(id)', '1(x2)'), {
    instanceOf: HostMistake,
    message: /'\$\(id\)' is no name of a host/,
  });
});

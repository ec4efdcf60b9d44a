import test from 'ava';
import { hostList, Names, rankList } from '../../../src/launch/supervise/names.ts';

for (const [ranks, expected] of [
  [[2], 'rank 2'],
  [[0, 1], 'ranks 0-1'],
  [[3, 0, 1], 'ranks 0-1, 3'],
  [[0, 2, 4, 5, 6, 9], 'ranks 0, 2, 4-6, 9'],
] as const) {
  test(`ranks ${ranks.join(' ')} are named "${expected}"`, (t) => {
    t.is(rankList(ranks), expected);
  });
}

for (const [hosts, expected] of [
  [['node2'], 'host node2'],
  [['node2', 'node1'], 'hosts node2, node1'],
  [['a', 'b', 'c', 'd', 'e'], '5 hosts'],
] as const) {
  test(`hosts ${hosts.join(' ')} are named "${expected}"`, (t) => {
    t.is(hostList(hosts), expected);
  });
}

test('the hosts of ranks stand behind them, each once, where the job has several', (t) => {
  const hosts = new Names(12, (rank) => `node${rank >> 1}`);
  t.true(hosts.several);
  t.is(hosts.hostOf(3), 'node1');
  t.is(hosts.behind([0, 2, 3]), ' (node0, node1)');
  t.is(hosts.behind([0, 2, 4, 6, 8]), ' (5 hosts)');
});

test('in a job on one host no rank needs to be told by it', (t) => {
  const hosts = new Names(3, () => 'node1');
  t.false(hosts.several);
  t.is(hosts.behind([0, 2]), '');
});

test('a spawned process is named by its rank in its own world and its program', (t) => {
  const names = new Names(2, (rank) => (rank < 3 ? 'node1' : 'node2'));
  names.grow([
    { rank: 0, program: 'child.ts' },
    { rank: 1, program: 'child.ts' },
    { rank: 2, program: 'other.ts' },
  ]);
  names.grow([{ rank: 0, program: 'child.ts#2' }]);
  t.is(names.one(1), 'rank 1');
  t.is(names.one(3), 'rank 1 of child.ts');
  t.is(
    names.list([5, 1, 4, 0, 3, 2]),
    'ranks 0-1, ranks 0-1 of child.ts, rank 2 of other.ts and rank 0 of child.ts#2',
  );
  t.is(names.behind([2, 3]), ' (node1, node2)');
});

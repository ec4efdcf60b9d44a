import test from 'ava';
import type { Allocation } from '../../src/launch/allocation.ts';
import { UsageError } from '../../src/launch/options/usage-error.ts';
import { checkLimit, describeOversubscription } from '../../src/launch/oversubscription.ts';

function allocation(source: Allocation['source'], ...slots: number[]): Allocation {
  const hosts = slots.map((count, index) => ({ name: `node${index + 1}`, slots: count }));
  return { hosts, source, limited: source === 'slurm', defaultRanks: 1 };
}

test('nothing is said where every rank has a slot', (t) => {
  t.is(describeOversubscription([0, 0, 1], allocation('hostfile', 2, 1)), undefined);
  t.is(describeOversubscription([0], allocation('hostfile', 2, 1)), undefined);
});

test('hosts whose slots are shared are named in one line', (t) => {
  t.is(
    describeOversubscription([0, 1, 1, 1, 2, 2, 2], allocation('host list', 1, 1, 2)),
    'ranks share slots: node2 has 3 ranks on 1 slot, node3 has 3 ranks on 2 slots',
  );
});

test('the line stays short with many hosts', (t) => {
  const ranks = [0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5];
  t.regex(
    describeOversubscription(ranks, allocation('hostfile', 1, 1, 1, 1, 1, 1)) ?? '',
    /node4 has 2 ranks on 1 slot and so on for 2 more hosts$/,
  );
});

test('ranks on this host alone may be more than its cores without a word', (t) => {
  t.is(describeOversubscription([0, 0, 0], allocation('here', 1)), undefined);
});

test('the slots of a hostfile are no limit, those of a scheduler are', (t) => {
  t.notThrows(() => checkLimit([0, 0, 1, 1], allocation('hostfile', 1, 1)));
  t.notThrows(() => checkLimit([0, 0, 1], allocation('slurm', 2, 1)));
  t.throws(() => checkLimit([0, 0, 1, 1], allocation('slurm', 2, 1)), {
    instanceOf: UsageError,
    message:
      'the job has 4 ranks, but Slurm has given it 3 slots; ask for more, as in salloc -n 4, or start fewer ranks',
  });
});

test('more ranks than slots on one host of a scheduler are refused, though others have some left', (t) => {
  t.throws(() => checkLimit([0, 0, 1, 1], allocation('slurm', 3, 1)), {
    instanceOf: UsageError,
    message:
      'Slurm has given fewer slots: node2 has 2 ranks on 1 slot; ask for more, as in salloc -N 2 --ntasks-per-node=2, or start fewer ranks on each host',
  });
});

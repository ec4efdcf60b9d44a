import test from 'ava';
import fc from 'fast-check';
import { PROC_NULL, UNDEFINED } from '../../src/base/constants.ts';
import { Group } from '../../src/group/group.ts';
import { holds } from '../helpers/property.ts';

/** World ranks in any order, each once. Few different ones, so that two groups share some. */
const members: fc.Arbitrary<number[]> = fc.uniqueArray(fc.nat(9), { maxLength: 10 });

function same(actual: readonly number[], expected: readonly number[]): void {
  if (actual.join() !== expected.join()) throw new Error(`[${actual}] instead of [${expected}]`);
}

test('a group knows the size of itself, its members, and which of them this process is', (t) => {
  const group = new Group([4, 2, 7], 7);
  t.is(group.size, 3);
  t.is(group.rank, 2);
  t.deepEqual(group.worldRanks, [4, 2, 7]);
  t.deepEqual(
    [0, 1, 2].map((rank) => group.worldRank(rank)),
    [4, 2, 7],
  );
  t.deepEqual(
    [7, 2, 4, 5].map((worldRank) => group.rankOf(worldRank)),
    [2, 1, 0, UNDEFINED],
  );
});

test('a process that is not in a group has no rank in it', (t) => {
  t.is(new Group([4, 2], 3).rank, UNDEFINED);
  t.is(new Group([4, 2]).rank, UNDEFINED);
  t.is(Group.empty.rank, UNDEFINED);
  t.is(Group.empty.size, 0);
  t.is(Group.empty, Group.empty);
});

test('a group stays as it is, whatever becomes of the array it was made from', (t) => {
  const worldRanks = [4, 2];
  const group = new Group(worldRanks, 2);
  worldRanks[0] = 9;
  t.deepEqual(group.worldRanks, [4, 2]);
  t.throws(() => (group.worldRanks as number[]).push(1), { instanceOf: TypeError });
});

test('a union has the members of the first in order, then the others of the second', (t) => {
  const union = new Group([4, 2, 7], 2).union(new Group([9, 7, 0, 4], 2));
  t.deepEqual(union.worldRanks, [4, 2, 7, 9, 0]);
  t.is(union.rank, 1);
});

test('an intersection and a difference keep the order of the first', (t) => {
  const [first, second] = [new Group([4, 2, 7, 0], 7), new Group([0, 7, 9, 4], 7)];
  t.deepEqual(first.intersection(second).worldRanks, [4, 7, 0]);
  t.deepEqual(second.intersection(first).worldRanks, [0, 7, 4]);
  t.deepEqual(first.difference(second).worldRanks, [2]);
  t.deepEqual(second.difference(first).worldRanks, [9]);
});

test('union, intersection and difference are those of sets, in order', async (t) => {
  const property = fc.property(fc.tuple(members, members, fc.nat(9)), ([a, b, own]) => {
    const [first, second] = [new Group(a, own), new Group(b, own)];
    same(first.union(second).worldRanks, [...new Set([...a, ...b])]);
    same(
      first.intersection(second).worldRanks,
      a.filter((worldRank) => b.includes(worldRank)),
    );
    same(
      first.difference(second).worldRanks,
      a.filter((worldRank) => !b.includes(worldRank)),
    );
    for (const made of [first.union(second), first.intersection(second)]) {
      const rank = made.worldRanks.indexOf(own);
      same([made.rank], [rank < 0 ? UNDEFINED : rank]);
    }
  });
  await holds(t, property, 2000);
});

test('the empty group takes the process it is seen from from the other', (t) => {
  const group = new Group([4, 2], 2);
  t.is(Group.empty.union(group).rank, 1);
  t.is(group.union(Group.empty).rank, 1);
  t.is(group.difference(group).union(group).rank, 1);
  t.is(Group.empty.compare(group.difference(group)), 'identical');
});

test('included ranks come in the order given, and the others stay where they are', (t) => {
  const group = new Group([10, 11, 12, 13], 11);
  t.deepEqual(group.include([3, 1]).worldRanks, [13, 11]);
  t.is(group.include([3, 1]).rank, 1);
  t.is(group.include([3]).rank, UNDEFINED);
  t.deepEqual(group.include([]).worldRanks, []);
  t.deepEqual(group.exclude([3, 1]).worldRanks, [10, 12]);
  t.deepEqual(group.exclude([]).worldRanks, group.worldRanks);
  t.deepEqual(group.exclude([2, 0, 1, 3]).worldRanks, []);
});

test('what is included and what is excluded make up the group', async (t) => {
  const choice = members.chain((worldRanks) => {
    const ranks = worldRanks.map((_, rank) => rank);
    return fc.tuple(fc.constant(worldRanks), fc.shuffledSubarray(ranks));
  });
  const property = fc.property(choice, ([worldRanks, ranks]) => {
    const group = new Group(worldRanks, 0);
    const [taken, left] = [group.include(ranks), group.exclude(ranks)];
    same(
      taken.worldRanks,
      ranks.map((rank) => worldRanks[rank] as number),
    );
    same(left.worldRanks, group.difference(taken).worldRanks);
    if (taken.union(left).compare(group) === 'unequal') throw new Error('some are lost');
  });
  await holds(t, property, 1000);
});

test('ranks are translated to those of the same processes in another group', (t) => {
  const [first, second] = [new Group([4, 2, 7]), new Group([7, 9, 4])];
  t.deepEqual(first.translate([2, 1, 0, 2], second), [0, UNDEFINED, 2, 0]);
  t.deepEqual(first.translate([PROC_NULL, 2], second), [PROC_NULL, 0]);
  t.deepEqual(first.translate([], second), []);
  t.deepEqual(first.translate([0], Group.empty), [UNDEFINED]);
  t.deepEqual(Group.empty.translate([PROC_NULL], first), [PROC_NULL]);
});

test('groups are identical, similar in another order, or unequal', (t) => {
  const group = new Group([4, 2, 7], 2);
  t.is(group.compare(group), 'identical');
  t.is(group.compare(new Group([4, 2, 7], 7)), 'identical');
  t.is(group.compare(new Group([7, 4, 2])), 'similar');
  t.is(group.compare(new Group([7, 4, 3])), 'unequal');
  t.is(group.compare(new Group([4, 2])), 'unequal');
  t.is(group.compare(new Group([4, 2, 7, 0])), 'unequal');
  t.is(Group.empty.compare(new Group([])), 'identical');
  t.is(Group.empty.compare(group), 'unequal');
});

test('groups of a hundred thousand are handled in a moment', (t) => {
  const size = 100_000;
  const up = new Group(
    Array.from({ length: size }, (_, rank) => rank),
    5,
  );
  const down = up.includeRanges([[size - 1, 0, -1]]);
  const start = performance.now();
  t.is(down.rank, size - 6);
  t.is(up.compare(down), 'similar');
  t.is(up.union(down).compare(up), 'identical');
  t.is(up.intersection(down).size, size);
  t.is(up.difference(down).size, 0);
  t.is(up.exclude([...up.worldRanks]).size, 0);
  t.is(up.translate([...up.worldRanks], down).at(-1), 0);
  // Anything quadratic would take minutes.
  t.true(performance.now() - start < 20_000);
});

const WRONG_RANKS: [rank: unknown, shown: string, hint: string][] = [
  [-1, '-1', ''],
  [3, '3', '; the last rank is size - 1'],
  [0.5, '0.5', ''],
  [Number.NaN, 'NaN', ''],
  ['1', '"1"', ''],
  [undefined, 'undefined', ''],
];

for (const [rank, shown, hint] of WRONG_RANKS) {
  test(`${shown} is no rank of a group of three`, (t) => {
    const group = new Group([4, 2, 7], 2);
    const has = `is ${shown}, which is out of range: this group has ranks 0 to 2; give one of these`;
    t.throws(() => group.worldRank(rank as number), {
      code: 'ERR_RANK',
      message: `rank 2: worldRank: rank ${has}${hint}`,
    });
    for (const call of ['include', 'exclude'] as const) {
      t.throws(() => group[call]([0, rank as number]), {
        code: 'ERR_RANK',
        message: `rank 2: ${call}: ranks[1] ${has}${hint}`,
      });
    }
    t.throws(() => group.translate([PROC_NULL, rank as number], group), {
      code: 'ERR_RANK',
      message: `rank 2: translate: ranks[1] ${has} or PROC_NULL${hint}`,
    });
  });
}

test('nobody is included, and nothing read over, where an array has holes', (t) => {
  const sparse: number[] = [];
  sparse[1] = 0;
  t.throws(() => new Group([4], 4).include(sparse), {
    code: 'ERR_RANK',
    message:
      'rank 4: include: ranks[0] is undefined, which is out of range: this group has rank 0 alone; give one of these',
  });
});

test('PROC_NULL can only be translated', (t) => {
  const group = new Group([4, 2]);
  t.throws(() => group.include([PROC_NULL]), { code: 'ERR_RANK' });
  t.throws(() => group.exclude([PROC_NULL]), { code: 'ERR_RANK' });
});

test('the empty group says that it has no ranks', (t) => {
  t.throws(() => Group.empty.include([0]), {
    code: 'ERR_RANK',
    message: 'include: ranks[0] is 0, which is out of range: this group has no ranks',
  });
});

test('a rank that is named twice is refused', (t) => {
  const group = new Group([4, 2, 7], 7);
  for (const call of ['include', 'exclude'] as const) {
    t.throws(() => group[call]([1, 0, 2, 0]), {
      code: 'ERR_RANK',
      message: `rank 7: ${call}: ranks[1] and ranks[3] are both 0; name each rank once`,
    });
  }
});

test('ranks that are no array are refused', (t) => {
  const group = new Group([4, 2, 7], 7);
  for (const [ranks, shown] of [
    [1, '1'],
    [undefined, 'undefined'],
    [new Set([1]), 'an object'],
  ] as const) {
    const expected = (call: string) => ({
      code: 'ERR_ARG',
      message: `rank 7: ${call}: the ranks must be an array such as [0, 2], not ${shown}`,
    });
    t.throws(() => group.include(ranks as never), expected('include'));
    t.throws(() => group.exclude(ranks as never), expected('exclude'));
    t.throws(() => group.translate(ranks as never, group), expected('translate'));
  }
});

test('what is no group is refused where a group is needed', (t) => {
  const group = new Group([4, 2, 7], 7);
  for (const call of ['union', 'intersection', 'difference', 'compare'] as const) {
    t.throws(() => group[call]([4, 2] as never), {
      code: 'ERR_GROUP',
      message: `rank 7: ${call}: the other group must be a Group, not an array; a communicator has one as group`,
    });
  }
  t.throws(() => group.translate([0], undefined as never), { code: 'ERR_GROUP' });
});

test('an error of a group names the process it is seen from, where that is known', (t) => {
  t.like(
    t.throws(() => new Group([4], 2).worldRank(1)),
    { name: 'MpiError', rank: 2 },
  );
  const error = t.throws(() => new Group([4]).worldRank(1));
  t.false('rank' in error);
});

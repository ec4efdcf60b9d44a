import test from 'ava';
import { HostMistake } from '../../src/hosts/mistake.ts';
import { expandRanges } from '../../src/hosts/range.ts';

for (const [text, names] of [
  ['node', ['node']],
  ['node[1-3]', ['node1', 'node2', 'node3']],
  ['node[01-03,7]', ['node01', 'node02', 'node03', 'node7']],
  ['node[098-101].lan', ['node098.lan', 'node099.lan', 'node100.lan', 'node101.lan']],
  ['n[9-11]', ['n9', 'n10', 'n11']],
  ['n[0-1]', ['n0', 'n1']],
  ['n[5]', ['n5']],
  ['a[1-2]b[1-2]', ['a1b1', 'a1b2', 'a2b1', 'a2b2']],
  ['10.0.0.[1-2]', ['10.0.0.1', '10.0.0.2']],
  ['[1-2]a', ['1a', '2a']],
] satisfies [string, string[]][]) {
  test(`${text} stands for ${names.join(', ')}`, (t) => {
    t.deepEqual(expandRanges(text), names);
  });
}

for (const text of ['n[1-', 'n1-2]', 'n[1[2]]', 'n]1[']) {
  test(`${text} lacks half a bracket`, (t) => {
    const mistake = t.throws(() => expandRanges(text), { instanceOf: HostMistake });
    t.is(
      mistake?.message,
      `'${text}' has a bracket without its other half; write node[1-4] or node[1,3]`,
    );
  });
}

for (const part of ['', '3-1', 'a', '1-', '-1', ' 1', '1-2-3', '1.5', '0x1', '1234567890']) {
  test(`'${part}' in brackets is no range`, (t) => {
    const mistake = t.throws(() => expandRanges(`n[1,${part}]`), { instanceOf: HostMistake });
    t.is(
      mistake?.message,
      `'n[1,${part}]': '${part}' is no range of numbers; write node[1-4], node[01-04] or node[1,3]`,
    );
  });
}

test('a range that stands for very many hosts is refused before it is written out', (t) => {
  t.is(expandRanges('n[1-4096]').length, 4096);
  t.is(expandRanges('n[1-64]m[1-64]').length, 4096);
  for (const text of ['n[1-4097]', 'n[0-999999999]', 'n[1-64]m[1-65]', 'n[1-4000,1-97]']) {
    t.throws(() => expandRanges(text), {
      instanceOf: HostMistake,
      message: `'${text}' stands for more than 4096 hosts; that is the limit`,
    });
  }
});

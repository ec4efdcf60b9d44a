import test from 'ava';
import { arrayKindOf } from '../../src/base/array-kind.ts';
import { bandLoops } from '../../src/op/loops/band.ts';
import { borLoops } from '../../src/op/loops/bor.ts';
import { bxorLoops } from '../../src/op/loops/bxor.ts';
import { type Loops, loopFor } from '../../src/op/loops/family.ts';
import { landLoops } from '../../src/op/loops/land.ts';
import { lorLoops } from '../../src/op/loops/lor.ts';
import { lxorLoops } from '../../src/op/loops/lxor.ts';
import { maxLoops } from '../../src/op/loops/max.ts';
import { maxlocLoops } from '../../src/op/loops/maxloc.ts';
import { minLoops } from '../../src/op/loops/min.ts';
import { minlocLoops } from '../../src/op/loops/minloc.ts';
import { prodLoops } from '../../src/op/loops/prod.ts';
import { sumLoops } from '../../src/op/loops/sum.ts';
import { ALL_KINDS, INTEGER_KINDS, type KindCase } from '../helpers/array-kinds.ts';

/** The engine gives up on a loop that has met more. */
const MOST_KINDS = 4;

const LOOPS: Readonly<Record<string, Loops>> = {
  ...{ sumLoops, prodLoops, minLoops, maxLoops },
  ...{ landLoops, lorLoops, lxorLoops, bandLoops, borLoops, bxorLoops },
  ...{ minlocLoops, maxlocLoops },
};

/** Which kinds each function serves. */
function served(loops: Loops, kinds: readonly KindCase[]): Map<unknown, string[]> {
  const names = new Map<unknown, string[]>();
  for (const kind of kinds) {
    const found = arrayKindOf(kind.from([]));
    const loop = found && loopFor(loops, found);
    names.set(loop, [...(names.get(loop) ?? []), kind.name]);
  }
  return names;
}

for (const [name, loops] of Object.entries(LOOPS)) {
  test(`${name}: no function serves more than ${MOST_KINDS} kinds of array, or another op`, (t) => {
    const isBitwise = loops.float64 === undefined;
    const functions = served(loops, isBitwise ? INTEGER_KINDS : ALL_KINDS);
    t.false(functions.has(undefined), 'every kind has a loop');
    for (const [loop, kinds] of functions) {
      t.true(kinds.length <= MOST_KINDS, kinds.join(', '));
      for (const other of Object.values(LOOPS)) {
        if (other !== loops) t.false(Object.values(other).includes(loop));
      }
    }
  });
}

import { deepStrictEqual, strictEqual } from 'node:assert';
import test from 'ava';
import { ALGORITHMS } from '../../src/base/algorithms.ts';
import type { TypedArray } from '../../src/base/array-kind.ts';
import { ARRAY_KINDS, everySize, KINDS, lengths, roots, some } from '../helpers/collective.ts';

for (const algorithm of [undefined, ...ALGORITHMS.broadcast]) {
  test(`broadcast by ${algorithm ?? 'choice'} brings any value from any root`, async (t) => {
    await everySize(t, algorithm, async (world) => {
      const { rank, size } = world;
      const calls: Promise<void>[] = [];
      for (const kind of KINDS) {
        for (const length of lengths(size, 20_000, kind)) {
          for (const root of some(roots(size), size, calls.length)) {
            const value = kind.make(length, root);
            const call = world.broadcast(rank === root ? value : undefined, { root, algorithm });
            calls.push(
              call.then((arrived) => {
                if (rank === root) strictEqual(arrived, value);
                else deepStrictEqual(arrived, value, `${kind.name}, ${length}, root ${root}`);
              }),
            );
          }
        }
      }
      await Promise.all(calls);
    });
  });

  test(`broadcast by ${algorithm ?? 'choice'} fills arrays that are given`, async (t) => {
    await everySize(t, algorithm, async (world) => {
      const { rank, size } = world;
      const calls: Promise<void>[] = [];
      for (const kind of ARRAY_KINDS) {
        for (const length of lengths(size, 20_000, kind)) {
          const value = kind.make(length, 1) as TypedArray;
          const longer = kind.make(length + 2, 2) as TypedArray;
          const into = rank === 0 ? undefined : longer.slice();
          const call = world.broadcast(rank === 0 ? value : undefined, { into, algorithm });
          calls.push(
            call.then((arrived) => {
              strictEqual(arrived, rank === 0 ? value : into);
              if (into === undefined) return;
              deepStrictEqual(into.slice(0, length), value.slice());
              deepStrictEqual(
                into.slice(length),
                longer.slice(length),
                'nothing beyond is touched',
              );
            }),
          );
        }
      }
      await Promise.all(calls);
    });
  });
}

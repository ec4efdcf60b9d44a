import { deepStrictEqual, strictEqual } from 'node:assert';
import test from 'ava';
import { ALGORITHMS } from '../../src/base/algorithms.ts';
import type { TypedArray } from '../../src/base/array-kind.ts';
import {
  ARRAY_KINDS,
  concatenated,
  everySize,
  KINDS,
  lengths,
  some,
} from '../helpers/collective.ts';

for (const algorithm of [undefined, ...ALGORITHMS.alltoall]) {
  test(`alltoall by ${algorithm ?? 'choice'} brings a value from each rank to each`, async (t) => {
    await everySize(t, algorithm, async (world) => {
      const { rank, size } = world;
      const calls: Promise<void>[] = [];
      for (const kind of KINDS) {
        for (const length of lengths(size, 1_000, kind)) {
          const value = (from: number, to: number): unknown =>
            kind.make(length + ((from + 2 * to) % 3), from, to);
          const values = Array.from({ length: size }, (_, to) => value(rank, to));
          const call = world.alltoall(values, { algorithm });
          calls.push(
            call.then((all) => {
              deepStrictEqual(
                all,
                values.map((_, from) => value(from, rank)),
                `${kind.name}, ${length}`,
              );
              strictEqual(all[rank], values[rank]);
            }),
          );
        }
      }
      await Promise.all(calls);
    });
  });

  test(`alltoall by ${algorithm ?? 'choice'} exchanges the parts of arrays`, async (t) => {
    await everySize(t, algorithm, async (world) => {
      const { rank, size } = world;
      const calls: Promise<void>[] = [];
      for (const kind of ARRAY_KINDS) {
        for (const each of lengths(size, 1_000, kind)) {
          for (const how of some(
            ['equal', 'ragged', 'uncounted', 'into', 'in place'],
            size,
            calls.length,
          )) {
            const isRagged = how === 'ragged' || how === 'uncounted' || how === 'into';
            const count = (from: number, to: number): number =>
              isRagged ? Math.max(0, each - ((from + 2 * to) % 3)) : each;
            const block = (from: number, to: number): TypedArray =>
              kind.make(count(from, to), from, to) as TypedArray;
            const ranks = Array.from({ length: size }, (_, other) => other);
            const array = concatenated(ranks.map((to) => block(rank, to)));
            const expected = concatenated(ranks.map((from) => block(from, rank)));
            const counts = isRagged ? ranks.map((to) => count(rank, to)) : undefined;
            const receiveCounts =
              how === 'ragged' || how === 'into'
                ? ranks.map((from) => count(from, rank))
                : undefined;
            const into =
              how === 'into'
                ? concatenated(ranks.map((from) => kind.make(count(from, rank), 98) as TypedArray))
                : how === 'in place'
                  ? array
                  : undefined;
            const call = world.alltoall(array, { algorithm, counts, receiveCounts, into });
            calls.push(
              call.then((all) => {
                deepStrictEqual(all, expected, `${kind.name}, ${each}, ${how}`);
                if (into !== undefined) strictEqual(all, into);
              }),
            );
          }
        }
      }
      await Promise.all(calls);
    });
  });
}

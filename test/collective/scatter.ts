import { deepStrictEqual, strictEqual } from 'node:assert';
import test from 'ava';
import { ALGORITHMS } from '../../src/base/algorithms.ts';
import type { TypedArray } from '../../src/base/array-kind.ts';
import {
  ARRAY_KINDS,
  arrangement,
  everySize,
  KINDS,
  lengths,
  roots,
  some,
} from '../helpers/collective.ts';

for (const algorithm of [undefined, ...ALGORITHMS.scatter]) {
  test(`scatter by ${algorithm ?? 'choice'} brings each rank its value of a list`, async (t) => {
    await everySize(t, algorithm, async (world) => {
      const { rank, size } = world;
      const calls: Promise<void>[] = [];
      for (const kind of KINDS) {
        for (const length of lengths(size, 2_000, kind)) {
          for (const root of some(roots(size), size, calls.length)) {
            // Ragged: each a little longer than the one before.
            const values = Array.from({ length: size }, (_, to) =>
              kind.make(length + to, root, to),
            );
            const call = world.scatter(rank === root ? values : undefined, { root, algorithm });
            calls.push(
              call.then((value) => {
                if (rank === root) strictEqual(value, values[rank]);
                deepStrictEqual(value, values[rank], `${kind.name}, ${length}, root ${root}`);
              }),
            );
          }
        }
      }
      await Promise.all(calls);
    });
  });

  test(`scatter by ${algorithm ?? 'choice'} cuts one array`, async (t) => {
    await everySize(t, algorithm, async (world) => {
      const { rank, size } = world;
      const calls: Promise<void>[] = [];
      for (const kind of ARRAY_KINDS) {
        for (const each of lengths(size, 2_000, kind)) {
          for (const root of some(roots(size), size, calls.length)) {
            for (const how of some(['equal', 'ragged', 'displaced', 'into'], size, calls.length)) {
              const { counts, displacements, length, parts } = arrangement(how, size, each);
              const array = kind.make(length, root) as TypedArray;
              const [start, end] = parts[rank] as [number, number];
              const into = how === 'into' ? (kind.make(each, 5) as TypedArray) : undefined;
              const options = { root, algorithm, counts, displacements, into };
              const call = world.scatter(rank === root ? array : undefined, options);
              calls.push(
                call.then((part) => {
                  deepStrictEqual(part, array.slice(start, end));
                  if (into !== undefined) strictEqual(part, into);
                  else if (end > start) t.not(part.buffer, array.buffer);
                }),
              );
            }
          }
        }
      }
      await Promise.all(calls);
    });
  });
}

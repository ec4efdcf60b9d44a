import { deepStrictEqual, strictEqual } from 'node:assert';
import test from 'ava';
import { ALGORITHMS } from '../../src/base/algorithms.ts';
import {
  ARRAY_KINDS,
  arrangement,
  everySize,
  KINDS,
  lengths,
  placed,
  roots,
  some,
} from '../helpers/collective.ts';

for (const algorithm of [undefined, ...ALGORITHMS.gather]) {
  test(`gather by ${algorithm ?? 'choice'} brings the values of all ranks to the root`, async (t) => {
    await everySize(t, algorithm, async (world) => {
      const { rank, size } = world;
      const calls: Promise<void>[] = [];
      for (const kind of KINDS) {
        for (const length of lengths(size, 2_000, kind)) {
          for (const root of some(roots(size), size, calls.length)) {
            const values = Array.from({ length: size }, (_, from) =>
              kind.make(length + from, from),
            );
            const call = world.gather(values[rank], { root, algorithm });
            calls.push(
              call.then((all) => {
                deepStrictEqual(all, rank === root ? values : undefined, `${kind.name}, ${length}`);
                if (rank === root) strictEqual(all?.[rank], values[rank]);
              }),
            );
          }
        }
      }
      await Promise.all(calls);
    });
  });

  test(`gather by ${algorithm ?? 'choice'} puts arrays into one`, async (t) => {
    await everySize(t, algorithm, async (world) => {
      const { rank, size } = world;
      const calls: Promise<void>[] = [];
      for (const kind of ARRAY_KINDS) {
        for (const each of lengths(size, 2_000, kind)) {
          for (const root of some(roots(size), size, calls.length)) {
            for (const how of some(
              ['equal', 'ragged', 'uncounted', 'displaced', 'in place'],
              size,
              calls.length,
            )) {
              const places = arrangement(how, size, each);
              const { into, expected, own } = placed(kind, places, rank, how);
              const { counts, displacements } = places;
              const options = {
                root,
                algorithm,
                into,
                ...(rank === root ? { counts, displacements } : {}),
              };
              const call = world.gather(own, options);
              calls.push(
                call.then((all) => {
                  strictEqual(all, rank === root ? into : undefined);
                  if (rank === root)
                    deepStrictEqual(into, expected, `${kind.name}, ${each}, ${how}`);
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

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
  some,
} from '../helpers/collective.ts';

for (const algorithm of [undefined, ...ALGORITHMS.allgather]) {
  test(`allgather by ${algorithm ?? 'choice'} brings the values of all ranks to all`, async (t) => {
    await everySize(t, algorithm, async (world) => {
      const { rank, size } = world;
      const calls: Promise<void>[] = [];
      for (const kind of KINDS) {
        for (const length of lengths(size, 2_000, kind)) {
          const values = Array.from({ length: size }, (_, from) => kind.make(length + from, from));
          const call = world.allgather(values[rank], { algorithm });
          calls.push(
            call.then((all) => {
              deepStrictEqual(all, values, `${kind.name}, ${length}`);
              strictEqual(all[rank], values[rank]);
            }),
          );
        }
      }
      await Promise.all(calls);
    });
  });

  test(`allgather by ${algorithm ?? 'choice'} puts arrays into one`, async (t) => {
    await everySize(t, algorithm, async (world) => {
      const { rank, size } = world;
      const calls: Promise<void>[] = [];
      for (const kind of ARRAY_KINDS) {
        for (const each of lengths(size, 2_000, kind)) {
          for (const how of some(
            ['equal', 'ragged', 'uncounted', 'displaced', 'in place'],
            size,
            calls.length,
          )) {
            const places = arrangement(how, size, each);
            const { into, expected, own } = placed(kind, places, rank, how);
            const { counts, displacements } = places;
            const call = world.allgather(own, { algorithm, into, counts, displacements });
            calls.push(
              call.then((all) => {
                strictEqual(all, into);
                deepStrictEqual(into, expected, `${kind.name}, ${each}, ${how}`);
              }),
            );
          }
        }
      }
      await Promise.all(calls);
    });
  });
}

import test from 'ava';
import type { TypedArray } from '../../src/base/array-kind.ts';
import { runRanks } from '../../src/testing.ts';

const SIZES = [1, 2, 3, 4, 5, 8];

for (const size of SIZES) {
  for (const eagerBytes of [undefined, 0]) {
    const how = `${size} ranks${eagerBytes === 0 ? ', no eager sends' : ''}`;

    test(`scatter, gather, allgather and alltoall bring objects to their places: ${how}`, async (t) => {
      const seed = size;
      const root = size - 1;
      await runRanks(
        size,
        async (world) => {
          const { rank } = world;
          const all = Array.from({ length: size }, (_, other) => ({ from: root, to: other }));
          t.deepEqual(await world.scatter(rank === root ? all : undefined, { root }), all[rank]);
          const gathered = await world.gather({ from: rank }, { root });
          const expected = all.map((_, other) => ({ from: other }));
          t.deepEqual(gathered, rank === root ? expected : undefined);
          t.deepEqual(await world.allgather({ from: rank }), expected);
          const exchanged = await world.alltoall(all.map((_, other) => `${rank} to ${other}`));
          t.deepEqual(
            exchanged,
            all.map((_, other) => `${other} to ${rank}`),
          );
        },
        { seed, eagerBytes },
      );
    });

    test(`scatter, gather, allgather and alltoall bring parts of arrays to their places: ${how}`, async (t) => {
      const whole = Float64Array.from({ length: 3 * size }, (_, n) => n);
      await runRanks(
        size,
        async (world) => {
          const { rank } = world;
          const part = whole.slice(3 * rank, 3 * rank + 3);
          t.deepEqual(await world.scatter(rank === 0 ? whole : undefined), part);
          const into: TypedArray = new Float64Array(3 * size);
          const gathered = await world.gather(part, { into });
          t.is(gathered, rank === 0 ? into : undefined);
          if (rank === 0) t.deepEqual(into, whole);
          t.deepEqual(await world.allgather(part, { into: new Float64Array(3 * size) }), whole);
          const exchanged = await world.alltoall(whole.map((n) => 1000 * rank + n));
          const rows = Array.from({ length: size }, (_, other) =>
            part.map((n) => 1000 * other + n),
          );
          t.deepEqual(
            [...exchanged],
            rows.flatMap((row) => [...row]),
          );
        },
        { seed: 7, eagerBytes },
      );
    });
  }
}

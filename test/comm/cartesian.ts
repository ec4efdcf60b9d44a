import test from 'ava';
import { PROC_NULL } from '../../src/base/constants.ts';
import { CartesianCommunicator } from '../../src/comm/communicator.ts';
import { runRanks } from '../../src/testing.ts';

test('ranks are laid out with the last dimension fastest, and those beyond the grid stay out', async (t) => {
  const places = await runRanks(7, async (world) => {
    const grid = await world.cartesian([2, 3], { periods: [true, false] });
    if (grid === undefined) return undefined;
    t.deepEqual([grid.rank, grid.size, grid.name], [world.rank, 6, 'grid of world']);
    t.deepEqual(
      [grid.dims, grid.periods],
      [
        [2, 3],
        [true, false],
      ],
    );
    t.deepEqual(grid.coordinatesOf(5), [1, 2]);
    t.is(grid.rankAt([3, 1]), 4);
    await grid.barrier();
    return grid.coordinates;
  });
  t.deepEqual(places, [[0, 0], [0, 1], [0, 2], [1, 0], [1, 1], [1, 2], undefined]);
});

test('dimensions that are left open are chosen', async (t) => {
  await runRanks(6, async (world) => {
    t.deepEqual((await world.cartesian([0, 0]))?.dims, [3, 2]);
    t.deepEqual((await world.cartesian([0, 1, 3]))?.dims, [2, 1, 3]);
    t.deepEqual((await world.cartesian([]))?.size, world.rank === 0 ? 1 : undefined);
  });
});

test('a shift tells whom to receive from and whom to send to', async (t) => {
  const sums = await runRanks(6, async (world) => {
    const grid = await world.cartesian([2, 3], { periods: [false, true] });
    if (grid === undefined) return undefined;
    const { source, dest } = grid.shift(1);
    const value = await grid.sendReceive(grid.rank, dest, source);
    t.deepEqual(grid.shift(0, -1), {
      source: grid.rank < 3 ? grid.rank + 3 : PROC_NULL,
      dest: grid.rank < 3 ? PROC_NULL : grid.rank - 3,
    });
    return value;
  });
  t.deepEqual(sums, [2, 0, 1, 5, 3, 4]);
});

test('a grid is cut into rows and columns, which are grids themselves', async (t) => {
  await runRanks(12, async (world) => {
    const grid = await world.cartesian([2, 3, 2], { periods: [true, false, true] });
    const [x = 0, y = 0, z = 0] = grid?.coordinates ?? [];
    const plane = await grid?.sub([true, false, true]);
    t.deepEqual(
      [plane?.dims, plane?.periods],
      [
        [2, 2],
        [true, true],
      ],
    );
    t.deepEqual(plane?.coordinates, [x, z]);
    t.deepEqual(
      plane?.group.worldRanks,
      [0, 1].flatMap((x) => [0, 1].map((z) => 6 * x + 2 * y + z)),
    );
    const row = await plane?.sub([false, true], { name: 'row' });
    t.deepEqual([row?.name, row?.coordinates, row?.size], ['row', [z], 2]);
    const alone = await row?.sub([false]);
    t.deepEqual([alone?.dims, alone?.size, alone?.coordinates], [[], 1, []]);
    t.is(await row?.allreduce(1), 2);
  });
});

test('a duplicate of a grid is one', async (t) => {
  await runRanks(4, async (world) => {
    const grid = await world.cartesian([2, 2], { periods: [true, false] });
    const copy = await grid?.duplicate({ name: 'copy' });
    t.true(copy instanceof CartesianCommunicator);
    t.deepEqual([copy?.name, copy?.dims, copy?.periods], ['copy', [2, 2], [true, false]]);
    t.deepEqual(
      await copy?.neighborAllgather(world.rank),
      await grid?.neighborAllgather(world.rank),
    );
  });
});

test('wrong dimensions, coordinates and so on are refused by who asks', async (t) => {
  await runRanks(3, async (world) => {
    if (world.rank !== 0) return;
    const code = 'ERR_ARG';
    for (const [args, text] of [
      [
        [[2, 2]],
        'dims [2, 2] are 4 ranks, and this communicator has 3; choose smaller ones, or 0 for one that is to fit',
      ],
      [[3], 'dims must be an array such as [3, 2], not 3'],
      [[[0, 2]], 'size 3 is not divisible by 2; have one of these chosen by giving 0'],
      [[[1.5]], 'dims[0] is 1.5, and must be a whole number from 1 on'],
      [
        [[3], { periods: [true, false] }],
        'periods must be an array of one boolean, not [true, false]',
      ],
      [[[3], [true]], 'the options must be an object such as { tag: 7 }, not an array'],
    ] as [[number[]], string][]) {
      const message = `rank 0: cartesian: ${text}`;
      await t.throwsAsync(world.cartesian(...args), { code, message });
    }
  });
  await runRanks(2, async (world) => {
    const grid = await world.cartesian([2], { name: 'line' });
    if (grid === undefined) return;
    const who = `rank ${world.rank} of line (rank ${world.rank} of the world)`;
    t.throws(() => grid.coordinatesOf(2), {
      code: 'ERR_RANK',
      message: `${who}: coordinatesOf: rank 2 is out of range: this grid has ranks 0 to 1; give one of these`,
    });
    t.throws(() => grid.rankAt([2]), {
      code: 'ERR_ARG',
      message: `${who}: rankAt: coordinate 2 is outside dimension 0: 0 to 1 are legal, as it is not periodic`,
    });
    t.throws(() => grid.shift(1), {
      code: 'ERR_ARG',
      message: `${who}: shift: dimension 1 is out of range: this grid has dimension 0 alone`,
    });
    await t.throwsAsync(grid.sub([]), {
      code: 'ERR_ARG',
      message: `${who}: sub: remain must be an array of one boolean, not []`,
    });
  });
});

test('ranks that ask for different grids are told so', async (t) => {
  await runRanks(2, async (world) => {
    const grid = world.cartesian(world.rank === 0 ? [2, 1] : [1, 2]);
    if (world.rank === 0) await grid;
    else {
      await t.throwsAsync(grid, {
        code: 'ERR_MISMATCH',
        message:
          'rank 1: cartesian #1: rank 0 gave dims [2, 1] with periods [false, false], and this one dims [1, 2] with periods [false, false]; give the same on all ranks',
      });
    }
    const line = await world.cartesian([2]);
    const cut = line?.sub([world.rank === 0]);
    if (world.rank === 0) await cut;
    else {
      await t.throwsAsync(cut as Promise<unknown>, {
        code: 'ERR_MISMATCH',
        message:
          'rank 1 of grid of world (rank 1 of the world): sub #1: rank 0 gave remain [true], and this one remain [false]; give the same on all ranks',
      });
    }
  });
});

import test from 'ava';
import { runRanks } from '../../src/testing.ts';

test('a communicator is named after the last one that somebody named', async (t) => {
  await runRanks(1, async (world) => {
    const half = await world.split(0);
    const copy = await half?.duplicate();
    t.deepEqual([half?.name, copy?.name], ['split of world', 'duplicate of world']);
    const row = await copy?.split(0, 0, { name: 'row' });
    const cell = await row?.split(0);
    t.deepEqual([row?.name, cell?.name], ['row', 'split of row']);
    t.is((await (await cell?.create(cell.group))?.duplicate())?.name, 'duplicate of row');
    if (row === undefined) return;
    row.name = 'line';
    t.deepEqual([row.name, (await row.duplicate()).name], ['line', 'duplicate of line']);
  });
});

test('errors use the name that a communicator has then', async (t) => {
  await runRanks(2, async (world) => {
    const pair = await world.split(0, -world.rank);
    if (pair === undefined) return;
    const message = (name: string): string =>
      `rank ${pair.rank} of ${name} (rank ${world.rank} of the world): send: dest 2 is out of range: this communicator has ranks 0 to 1; legal are these or PROC_NULL; the last rank is size - 1`;
    await t.throwsAsync(pair.send(0, 2), { message: message('split of world') });
    pair.name = 'pair';
    await t.throwsAsync(pair.send(0, 2), { message: message('pair') });
    t.throws(
      () => {
        pair.name = 7 as unknown as string;
      },
      {
        code: 'ERR_ARG',
        message: `rank ${pair.rank} of pair (rank ${world.rank} of the world): name: 7 is no string`,
      },
    );
  });
});

test('the world can be named, and is world without', async (t) => {
  await runRanks(1, async (world) => {
    t.is(world.name, 'world');
    await t.throwsAsync(world.send(0, 1), { message: /^rank 0: send: / });
    world.name = 'everybody';
    t.is(world.name, 'everybody');
    await t.throwsAsync(world.send(0, 1), {
      message: /^rank 0 of everybody \(rank 0 of the world\)/,
    });
  });
});

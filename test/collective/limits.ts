import test from 'ava';
import { runRanks } from '../../src/testing.ts';
import { deferred } from '../helpers/deferred.ts';

test('a call that times out says for which ranks it waits', async (t) => {
  const gaveUp = deferred<void>();
  const [error, , others] = await runRanks(3, async (world) => {
    if (world.rank === 1) await gaveUp.promise;
    const timeout = world.rank === 0 ? 20 : undefined;
    const gathered = await world.gather(world.rank, { timeout }).catch((reason: Error) => reason);
    if (world.rank === 0) gaveUp.resolve();
    return gathered;
  });
  t.regex(
    String(error),
    /rank 0: gather\(root 0\) #1: not complete within 20 ms; it waits for (rank 1|ranks 1, 2)$/,
  );
  t.is(others, undefined);
});

test('ranks that are late complete a call that others gave up', async (t) => {
  const gaveUp = deferred<void>();
  const results = await runRanks(3, async (world) => {
    if (world.rank === 2) {
      await gaveUp.promise;
      return await world.allreduce(world.rank);
    }
    const error = await world.allreduce(world.rank, undefined, { timeout: 10 }).then(
      () => undefined,
      (reason: { code: string; message: string }) => reason,
    );
    if (world.rank === 0) gaveUp.resolve();
    return error?.message;
  });
  t.is(results[2], 3);
  t.regex(
    String(results[0]),
    /^rank 0: allreduce #1: not complete within 10 ms; it waits for ranks? [12](, 2)?$/,
  );
});

test('after a call that was given up the next ones are in step', async (t) => {
  const gaveUp = deferred<void>();
  const results = await runRanks(2, async (world) => {
    if (world.rank === 1) await gaveUp.promise;
    const first = world.broadcast(world.rank === 1 ? 'late' : undefined, {
      root: 1,
      timeout: world.rank === 0 ? 5 : undefined,
    });
    const outcome = await first.then(String, (error: { code: string }) => error.code);
    if (world.rank === 0) gaveUp.resolve();
    return [outcome, await world.allreduce(world.rank + 1)];
  });
  t.deepEqual(results, [
    ['ERR_TIMEOUT', 3],
    ['late', 3],
  ]);
});

test('memory of a call that was given up is the user’s again', async (t) => {
  const gaveUp = deferred<void>();
  const results = await runRanks(2, async (world) => {
    const value = new Float64Array(50_000).fill(world.rank + 1);
    const into = new Float64Array(50_000);
    if (world.rank === 1) {
      await gaveUp.promise;
      await world.allreduce(value, undefined, { into });
    } else {
      const request = world.allreduce(value, undefined, { into, timeout: 5 });
      await t.throwsAsync(request, { code: 'ERR_TIMEOUT' });
      value.fill(100);
      gaveUp.resolve();
    }
    await world.barrier();
    return into[7];
  });
  t.deepEqual(results, [0, 3]);
});

test('a signal gives up with its reason, and one that is aborted at once', async (t) => {
  const results = await runRanks(2, async (world) => {
    if (world.rank === 1) {
      await world.barrier();
      return await world.allreduce(1);
    }
    const gone = AbortSignal.abort(new Error('no time'));
    const error = await t.throwsAsync(world.barrier({ signal: gone }), { message: 'no time' });
    return [error?.message, await world.allreduce(1)];
  });
  t.deepEqual(results, [['no time', 2], 2]);
});

import test from 'ava';
import { judgeClock, measureClock } from '../../../src/launch/doctor/clock.ts';

/** A clock that is so far ahead, at the other end of a way that takes so long there and back, by round. */
function far(aheadMs: number, ways: readonly (readonly [there: number, back: number])[]) {
  let time = 5e11;
  let round = 0;
  return {
    now: () => Math.floor(time),
    lap: () => time,
    ask: () => {
      const [there, back] = ways[round % ways.length] ?? [0, 0];
      round += 1;
      time += there;
      const said = Math.floor(time + aheadMs);
      time += back;
      return Promise.resolve(said);
    },
  };
}

for (const ahead of [0, 3600_000.4, -2500.7]) {
  for (const ways of [
    [[0.2, 0.2]],
    [[30, 1]],
    [
      [1, 500],
      [4, 4],
      [90, 90],
    ],
  ] as const) {
    test(`a clock that is ${ahead} ms ahead is within the bounds that are told, by ways of ${ways} ms`, async (t) => {
      const { ask, now, lap } = far(ahead, ways);
      const { offsetMs, errorMs } = await measureClock(ask, now, lap);
      t.true(Math.abs(offsetMs - ahead) <= errorMs, `${offsetMs} ±${errorMs}`);
    });
  }
}

test('the fastest answer counts', async (t) => {
  const { ask, now, lap } = far(10, [
    [200, 100],
    [3, 1],
    [50, 50],
  ]);
  t.is((await measureClock(ask, now, lap)).errorMs, 3);
});

test('a clock is a trouble only if it is surely off by more than a second, and never hinders a job', (t) => {
  t.deepEqual(judgeClock({ offsetMs: -0.2, errorMs: 1.2 }, 'date'), {
    result: 'ok',
    found: '+0 ±2 ms',
  });
  t.is(judgeClock({ offsetMs: 1800, errorMs: 900 }, 'date').result, 'ok');
  const off = judgeClock({ offsetMs: -61_500, errorMs: 2 }, 'ssh node1 date');
  t.like(off, { result: 'warning', found: '-61.5 s ±2 ms', command: 'date; ssh node1 date' });
  t.regex('problem' in off ? off.problem : '', /61\.5 s behind/);
});

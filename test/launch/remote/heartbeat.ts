import test from 'ava';
import { Heartbeat } from '../../../src/launch/remote/heartbeat.ts';
import { deferred } from '../../helpers/deferred.ts';

/** So many beats of the shortest kind are no silence; one more is. */
const PATIENCE_MS = 100;
const PATIENCE_BEATS = 2;

/** Let a heart beat, and do something at some beats. @returns the beat at which there was silence */
async function silenceAt(deeds: (heart: Heartbeat, beat: number) => void): Promise<number> {
  const silence = deferred<void>();
  let beats = 0;
  const heart: Heartbeat = new Heartbeat({
    patienceMs: PATIENCE_MS,
    beat: () => {
      beats += 1;
      deeds(heart, beats);
    },
    onSilence: () => silence.resolve(),
  });
  await silence.promise;
  return beats;
}

test('a side of which nothing is heard for as many beats as its patience has is silent', async (t) => {
  t.is(await silenceAt(() => {}), PATIENCE_BEATS + 1);
});

test('whatever is heard begins the count anew', async (t) => {
  const silent = await silenceAt((heart, beat) => beat <= 4 && heart.heard());
  t.is(silent, 3 + PATIENCE_BEATS + 1);
});

test('a side that said it will be silent may be, and has its full time when it is back', async (t) => {
  const silent = await silenceAt((heart, beat) => {
    if (beat === 2) heart.suspend(true);
    if (beat === 9) heart.suspend(false);
  });
  t.is(silent, 8 + PATIENCE_BEATS + 1);
});

test('no beat is missed by this side while its own event loop stands still', async (t) => {
  const silent = await silenceAt((_heart, beat) => {
    // Longer than its patience: the time is its own fault.
    if (beat === 1)
      for (const end = performance.now() + 3 * PATIENCE_MS; performance.now() < end; );
  });
  t.is(silent, PATIENCE_BEATS + 1);
});

test('one that was stopped neither beats nor complains', async (t) => {
  let beats = 0;
  const stopped = new Heartbeat({
    patienceMs: PATIENCE_MS,
    beat: () => {
      beats += 1;
      if (beats === 1) stopped.stop();
    },
    onSilence: () => t.fail(),
  });
  await silenceAt(() => {});
  await silenceAt(() => {});
  t.is(beats, 1);
});

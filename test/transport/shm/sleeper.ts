import test from 'ava';
import type { SharedMemory } from '../../../src/transport/shm/memory.ts';
import { Sleeper, Waker } from '../../../src/transport/shm/sleeper.ts';
import { Waiter } from '../../../src/transport/shm/waiter.ts';

const INDEX = 3;

/** A sleeper and its waker in ordinary memory, and what they do. */
class Stage {
  readonly done: string[] = [];
  /** Called when the sleeper sleeps in the system. */
  onSleep: () => void = () => {};
  readonly memory: SharedMemory;
  readonly sleeper: Sleeper;

  constructor() {
    const words = new Int32Array(8);
    this.memory = {
      words,
      bytes: new Uint8Array(words.buffer),
      plainLoads: process.arch === 'x64',
      sleep: (index, value) => {
        // As the system does it: whoever comes too late does not sleep.
        this.done.push(words[index] === value ? 'sleep' : 'no sleep');
        this.onSleep();
      },
      wake: () => this.done.push('wake'),
      discard: () => {},
      giveWay: () => {},
    };
    this.sleeper = new Sleeper(this.memory, INDEX);
  }

  waker(): Waker {
    return new Waker(this.memory, INDEX, () => this.done.push('ring'));
  }
}

test('a rank that is awake is not woken', (t) => {
  const stage = new Stage();
  stage.waker().wake();
  stage.sleeper.park();
  stage.sleeper.awake();
  stage.waker().wake();
  t.deepEqual(stage.done, []);
});

test('a rank that sleeps is woken once, and then is awake', (t) => {
  const stage = new Stage();
  const [first, second] = [stage.waker(), stage.waker()];
  stage.onSleep = () => {
    first.wake();
    second.wake();
  };
  stage.sleeper.sleep(1, () => false);
  t.deepEqual(stage.done, ['sleep', 'wake']);
});

test('what comes between the announcement and the look keeps a rank from sleeping', (t) => {
  const stage = new Stage();
  t.true(stage.sleeper.sleep(1, () => true));
  t.deepEqual(stage.done, []);
});

test('what comes between the look and the sleep keeps a rank from sleeping', (t) => {
  const stage = new Stage();
  const waker = stage.waker();
  let looks = 0;
  stage.sleeper.sleep(1, () => {
    looks += 1;
    if (looks === 1) waker.wake();
    return looks > 1;
  });
  t.deepEqual(stage.done, ['wake', 'no sleep']);
});

test('a parked rank is rung for once by each peer each time it parks', (t) => {
  const stage = new Stage();
  const wakers = [stage.waker(), stage.waker()];
  for (let parks = 0; parks < 3; parks += 1) {
    stage.sleeper.park();
    for (const waker of [...wakers, ...wakers]) waker.wake();
    stage.sleeper.awake();
  }
  t.is(stage.done.length, 6);
});

test('what comes while a rank parks is found before it waits for the bell', async (t) => {
  const stage = new Stage();
  let parking = false;
  let found = false;
  const taken = new Promise<void>((resolve) => {
    const waiter = new Waiter(
      { spinMs: 0, giveWayAfterMs: 0, turnMs: 1, sleepMs: 0 },
      stage.sleeper,
      {
        look: () => {
          // The message is there only now; who sent it saw this rank awake, and rings no bell.
          if (!parking || found) return false;
          found = true;
          resolve();
          return true;
        },
        needed: () => !found,
        giveWay: () => {},
        park: () => {
          parking = true;
        },
      },
    );
    waiter.start();
  });
  await taken;
  // It is awake again: nobody needs to ring.
  stage.waker().wake();
  t.deepEqual(stage.done, []);
});

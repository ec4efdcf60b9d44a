import { EventEmitter } from 'node:events';
import test from 'ava';
import type { FromRank } from '../../src/control/message.ts';
import { Standstill } from '../../src/rank/standstill.ts';
import { pair } from '../helpers/world.ts';

/** What never ends within these tests. */
const forGood = (promise: Promise<unknown>): void => void promise.catch(() => {});

/** Rank 0 of two, what it tells its launcher, and whether its process is held. */
function standing(events: EventEmitter = new EventEmitter()) {
  const process = Object.assign(events, { execArgv: [] as string[] });
  const [a, b, world] = pair({ eagerBytes: 100 });
  const told: FromRank[] = [];
  const rests: boolean[] = [];
  let forStore: readonly number[] | undefined = [];
  const locks: string[] = [];
  const standstill = new Standstill({
    process: process as unknown as NodeJS.Process,
    pipe: {
      send: (message) => void told.push(message),
      rest: (resting) => void rests.push(resting),
      onMessage: () => {},
      onLost: () => {},
      hold: () => {},
      release: () => {},
    },
    after: (ms, callback) => world.clock.after(ms, callback),
    engine: () => world.engine(0),
    awaited: () => forStore && { waitsFor: forStore, locks },
  });
  const pass = (ms: number): void => {
    for (let n = 0; n < ms; n += 100) world.clock.advance(100);
  };
  const setStore = (waitsFor: readonly number[] | undefined): void => {
    forStore = waitsFor;
  };
  return { a, b, world, told, rests, standstill, pass, setStore };
}

test('what waits for long, and has nothing else to do, tells how it stands', async (t) => {
  const { a, world, told, rests, standstill, pass } = standing();
  forGood(a.send('x', 1));
  forGood(a.receive(1));
  await world.settle();
  standstill.heard();
  pass(2000);
  t.deepEqual(rests.slice(0, 1), [true]);
  t.false(standstill.idle(), 'it has given up to see whether the loop runs empty');
  t.deepEqual(told, []);
  for (let n = 0; n < 100 && rests.at(-1) !== true; n += 1) world.clock.advance(100);
  t.true(standstill.idle());
  const sent = {
    waitsFor: [1],
    locks: [],
    mayHear: [],
    framesSent: [0, 1],
    framesReceived: [0, 0],
    heard: 1,
  };
  t.deepEqual(told, [{ kind: 'stands', standing: sent }]);
  t.is(rests.at(-1), false);
});

test('nothing is tried while things happen, or while something ends by itself', async (t) => {
  const { a, b, world, rests, standstill, pass, setStore } = standing();
  forGood(a.receive(1, { tag: 5 }));
  standstill.watch();
  for (let n = 0; n < 10; n += 1) {
    await b.send(n, 0);
    await world.settle();
    pass(400);
  }
  t.deepEqual(rests, []);
  setStore(undefined);
  standstill.watch();
  pass(5000);
  t.deepEqual(rests, []);
});

test('a wait with a time-out is no standstill', (t) => {
  const { a, rests, standstill, pass } = standing();
  forGood(a.receive(1, { timeout: 60_000 }));
  standstill.watch();
  pass(5000);
  t.deepEqual(rests, []);
});

test('neither is that of a collective call with a signal', (t) => {
  const { a, rests, standstill, pass } = standing();
  forGood(a.barrier({ signal: new AbortController().signal }));
  standstill.watch();
  pass(5000);
  t.deepEqual(rests, []);
});

test('a program that listens to signals, or to its own end, is left alone', (t) => {
  for (const event of ['SIGUSR1', 'beforeExit']) {
    const process = new EventEmitter();
    process.on('beforeExit', () => {});
    process.on(event, () => {});
    const { a, rests, standstill, pass } = standing(process);
    forGood(a.receive(1));
    standstill.watch();
    pass(20_000);
    t.deepEqual(rests, [], event);
  }
});

test('an event loop that runs empty by itself is no business of this', (t) => {
  t.false(standing().standstill.idle());
});

import { EventEmitter } from 'node:events';
import test from 'ava';
import { listenForSignals } from '../../src/launch/signals.ts';

test('every signal that a job answers to is handed on, until it is given back', (t) => {
  const source = new EventEmitter();
  const got: string[] = [];
  const stop = listenForSignals((signal) => got.push(signal), source);
  for (const signal of [
    'SIGINT',
    'SIGTERM',
    'SIGHUP',
    'SIGQUIT',
    'SIGTSTP',
    'SIGCONT',
    'SIGUSR2',
  ]) {
    source.emit(signal, signal);
    t.is(got.at(-1), signal);
  }
  stop();
  t.deepEqual(source.eventNames(), []);
});

test("SIGUSR1 stays Node's own", (t) => {
  const source = new EventEmitter();
  const stop = listenForSignals(() => {}, source);
  t.is(source.listenerCount('SIGUSR1'), 0);
  stop();
});

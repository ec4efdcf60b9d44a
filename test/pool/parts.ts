import test from 'ava';
import { drawBar } from '../../src/pool/progress.ts';
import { findFunction, referenceOf } from '../../src/pool/reference.ts';
import { ResultStream } from '../../src/pool/results.ts';
import { sourceOf } from '../../src/pool/source.ts';

const refuse = (text: string): Error => new Error(text);

test('a function is found under whatever name it is exported', (t) => {
  function fib(n: number): number {
    return n;
  }
  const reference = referenceOf(fib, refuse);
  t.is(findFunction({ fib }, reference, 'm'), fib);
  t.is(findFunction({ fibonacci: fib, fib }, reference, 'm'), fib);
  t.is(findFunction({ default: { fib } }, reference, 'm'), fib);
  t.regex(
    String(findFunction({ other: fib.bind(null) }, reference, 'm')),
    /'m' does not export fib/,
  );
  t.regex(
    String(findFunction({ fib: (n: number) => n }, reference, 'm')),
    /another function than the export fib/,
  );
});

test('exports that look alike are not guessed at', (t) => {
  const make = (by: number) =>
    function times(n: number): number {
      return n * by;
    };
  const [double, triple] = [make(2), make(3)];
  const found = findFunction({ double, triple }, referenceOf(triple, refuse), 'm');
  t.regex(String(found), /may be any of the exports double, triple/);
});

test('what no worker can find is refused at once', (t) => {
  const refused = (fn: unknown, reason: RegExp): void => {
    t.throws(() => referenceOf(fn, refuse), { message: reason });
  };
  refused(3, /needs a function, not 3/);
  refused(
    (
      () => () =>
        1
    )(),
    /no name/,
  );
  refused(test.bind(null), /bound/);
  refused(Math.sqrt, /sqrt is a part of JavaScript itself/);
  refused(class Task {}, /Task is a class/);
});

test('a bar shows how far a call has come, in the columns that there are', (t) => {
  t.is(drawBar('fib', { done: 1, total: 4 }, 2.04, 39), 'fib [███            ]  25 % 1/4 · 2.0 s');
  t.is(drawBar('fib', { done: 4, total: 4 }, 2, 23), 'fib 100 % 4/4 · 2.0 s');
  t.is(drawBar('fib', { done: 7, total: undefined }, 0, 39), 'fib 7 · 0.0 s');
});

test('a stream hands out results in order, and has room only for what is asked for', async (t) => {
  let taken = 0;
  const stream = new ResultStream(
    true,
    2,
    () => (taken += 1),
    () => {},
  );
  stream.read(2);
  t.is(stream.room, 0);
  stream.put(1, ['b']);
  const first = stream.next();
  stream.put(0, ['a']);
  t.deepEqual(await first, { done: false, value: 'a' });
  t.deepEqual([stream.room, taken], [1, 1]);
  stream.finish();
  t.deepEqual(await stream.next(), { done: false, value: 'b' });
  t.deepEqual(await stream.next(), { done: true, value: undefined });
});

test('a list that is asked for more than it has has nothing left, and not less', (t) => {
  const source = sourceOf([1, 2, 3], () => 9, { onMore: () => {}, onError: () => {} });
  t.deepEqual([...source.take(2), source.left], [1, 2, 1]);
  t.deepEqual([...source.take(2), source.left], [3, 0]);
  t.deepEqual([...source.take(2), source.left, source.ended], [0, true]);
});

test('an error of a source is handed on, and nothing is read after it', async (t) => {
  const events = { onMore: () => {}, onError: () => {} };
  function* broken(): Generator<number> {
    yield 1;
    throw new Error('broken');
  }
  const source = sourceOf(broken(), () => 9, events);
  t.throws(() => source.take(5), { message: 'broken' });
  t.true(source.ended);
  async function* later(): AsyncGenerator<number> {
    yield 1;
    throw new Error('broken later');
  }
  const error = await new Promise((onError) => {
    sourceOf(later(), () => 9, { ...events, onError });
  });
  t.is((error as Error).message, 'broken later');
});

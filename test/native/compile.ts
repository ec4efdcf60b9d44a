import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { MpiError } from '../../src/base/error.ts';
import { place, SOURCE, withCompiler } from '../helpers/native.ts';

/** A compiler that notes in a file each time that it makes a library. */
const NOTING = (log: string): string =>
  `#!/bin/sh\ncase " $* " in *" -o "*) echo made >> '${log}' ;; esac\nexec cc "$@"\n`;

function madeIn(log: string): number {
  return existsSync(log) ? readFileSync(log, 'utf8').split('\n').length - 1 : 0;
}

withCompiler('a file is compiled once, however many want it at once', async (t) => {
  const it = place(t);
  const log = it.path('log');
  it.write('noting', NOTING(log));
  it.write('f.c', 'int f(void) { return 7; }\n');
  const open = async (): Promise<number> =>
    (await it.open('f.c', { f: 'int f(void)' }, [], it.path('noting'))).f.sync();
  t.deepEqual(await Promise.all(Array.from({ length: 8 }, open)), Array(8).fill(7));
  t.is(await open(), 7);
  t.is(madeIn(log), 1);
  const kept = readdirSync(join(it.cache, 'native')).map((name) => name.replace(/^.*\./, ''));
  t.deepEqual(kept.toSorted(), ['json', 'lock', 'so']);
});

withCompiler('it is compiled again when it or a header of its own changes', async (t) => {
  const it = place(t);
  mkdirSync(it.path('a folder'));
  it.write('f.c', '#include "a folder/n.h"\n#include <stdio.h>\nint f(void) { return N; }\n');
  const f = async (): Promise<number> => (await it.open('f.c', { f: 'int f(void)' })).f.sync();
  it.write('a folder/n.h', '#include "m.h"\n');
  it.write('a folder/m.h', '#define N 1\n');
  t.is(await f(), 1);
  it.write('a folder/m.h', '#define N 2\n');
  t.is(await f(), 2);
  it.write('f.c', '#include "a folder/n.h"\nint f(void) { return 10 * N; }\n');
  t.is(await f(), 20);
  it.write('a folder/m.h', '#define N 1\n');
  t.is(await f(), 10);
});

withCompiler('what is missing of what was kept is made again', async (t) => {
  const it = place(t);
  it.write('f.c', 'int f(void) { return 7; }\n');
  const f = async (): Promise<number> => (await it.open('f.c', { f: 'int f(void)' })).f.sync();
  t.is(await f(), 7);
  const folder = join(it.cache, 'native');
  for (const name of readdirSync(folder)) if (name.endsWith('.so')) unlinkSync(join(folder, name));
  t.is(await f(), 7);
});

withCompiler('a mistake in C arrives as the compiler prints it, with its command', async (t) => {
  const it = place(t);
  it.write('bad.c', 'int f(void) {\n  return x;\n}\n');
  const error = await t.throwsAsync(
    it.open('./bad.c', { f: 'int f(void)' }, ['-O3', '-DA="b c"']),
    {
      instanceOf: MpiError,
      code: 'ERR_NATIVE',
    },
  );
  const lines = error.message.split('\n');
  t.is(lines[0], `native: ${it.path('bad.c')} does not compile:`);
  t.true(
    lines.some((line) => line.startsWith(`${it.path('bad.c')}:2:10: error: `)),
    error.message,
  );
  t.is(lines.at(-2), `by this command, in ${it.folder}:`);
  t.regex(lines.at(-1) ?? '', /^cc -shared -fPIC -O2 .*-o bad\.so \S+bad\.c -O3 '-DA="b c"' -lm$/);
});

withCompiler('what is defined nowhere is missed before it is called', async (t) => {
  const it = place(t);
  it.write('f.c', 'int helper(int);\nint f(void) { return helper(1); }\n');
  const error = await t.throwsAsync(it.open('f.c', { f: 'int f(void)' }), { code: 'ERR_NATIVE' });
  t.regex(error.message, /does not compile:\n.*helper/s);
});

withCompiler('a function that the file lacks is named', async (t) => {
  const it = place(t);
  it.write('f.c', 'static int f(void) { return 1; }\nint g(void) { return f(); }\n');
  const error = await t.throwsAsync(it.open('f.c', { h: 'int h(void)' }), { code: 'ERR_NATIVE' });
  t.is(
    error.message,
    `native: ${it.path('f.c')} has no function h that can be called from outside: is it spelled so, is it static, or left out by an #if?`,
  );
});

withCompiler('a prototype must be that of the file', async (t) => {
  const error = await t.throwsAsync(place(t).open(SOURCE, { fib: 'uint64_t fib(long n)' }), {
    code: 'ERR_NATIVE',
  });
  t.true(
    error.message.startsWith(
      `native: a prototype differs from what ${SOURCE} defines; write it as it is there:\nprototype:1:`,
    ),
    error.message,
  );
});

test('without a compiler the error names the packages to install', async (t) => {
  const it = place(t);
  it.write('f.c', 'int f(void) { return 7; }\n');
  const error = await t.throwsAsync(it.open('f.c', { f: 'int f(void)' }, [], 'no-such-cc -m64'), {
    instanceOf: MpiError,
    code: 'ERR_NATIVE',
  });
  t.regex(
    error.message,
    /^native: the C compiler that CC names, no-such-cc, is not there; install/,
  );
  for (const remedy of [
    'apt install build-essential',
    'dnf install gcc',
    'apk add build-base',
    'xcode-select --install',
  ]) {
    t.true(error.message.includes(remedy), error.message);
  }
});

test('a file that is not there is named, and where it was looked for', async (t) => {
  const it = place(t);
  const error = await t.throwsAsync(it.open('./none.c', { f: 'int f(void)' }), {
    code: 'ERR_NATIVE',
  });
  t.is(
    error.message,
    `native: ${it.path('none.c')} is not there; './none.c' was looked for beside ${it.path('caller.ts')}, which calls native`,
  );
});

test('arguments that cannot be meant are refused', async (t) => {
  const it = place(t);
  it.write('f.c', 'int f(void) { return 7; }\n');
  const refusal = async (...args: unknown[]): Promise<string> => {
    const opening = (it.open as (...args: unknown[]) => Promise<unknown>)(...args);
    return (await t.throwsAsync(opening, { instanceOf: MpiError, code: 'ERR_ARG' })).message;
  };
  t.regex(await refusal(7, {}), /the path or the URL of a file of C, not 7/);
  t.regex(await refusal('http://x/f.c', {}), /is not on this machine/);
  t.regex(await refusal('f.cpp', {}), /must end in \.c: C is what is compiled/);
  t.regex(await refusal('f.c', 'int f(void)'), /the second argument holds prototypes/);
  t.regex(await refusal('f.c', { f: 'f' }), /must be a declaration as in C/);
  t.regex(await refusal('f.c', {}, '-O3'), /flags must be a list of strings/);
});

withCompiler('a compiler that is no longer the same compiles again', async (t) => {
  const it = place(t);
  const log = it.path('log');
  it.write('f.c', 'int f(void) { return 7; }\n');
  const open = async (): Promise<number> =>
    (await it.open('f.c', { f: 'int f(void)' }, [], it.path('mine'))).f.sync();
  it.write('mine', NOTING(log));
  await open();
  it.write('mine', NOTING(log).replace('exec', '[ "$1" = --version ] && exec echo newer\nexec'));
  chmodSync(it.path('mine'), 0o755);
  await open();
  await open();
  t.is(madeIn(log), 2);
});

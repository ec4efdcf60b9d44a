import { chmodSync, symlinkSync } from 'node:fs';
import test from 'ava';
import { CompileError } from '../../../src/launch/compile/compile-error.ts';
import { findProgram } from '../../../src/launch/compile/program.ts';
import { project } from './_project.ts';

test('a missing program is named, with the nearest name in its folder', (t) => {
  const { folder, path } = project(t, { 'ring.ts': '', 'sub/other.ts': '' });
  const missing = (name: string): string =>
    t.throws(() => findProgram(path(name), folder), { instanceOf: CompileError }).message;
  t.is(missing('rign.ts'), "cannot read program 'rign.ts': no such file; did you mean ring.ts?");
  t.is(missing('ring'), "cannot read program 'ring': no such file; did you mean ring.ts?");
  t.is(
    missing('sub/othr.ts'),
    "cannot read program 'sub/othr.ts': no such file; did you mean sub/other.ts?",
  );
  t.is(missing('pi.ts'), "cannot read program 'pi.ts': no such file");
  t.is(missing('nowhere/ring.ts'), "cannot read program 'nowhere/ring.ts': no such file");
  t.is(missing('ring.ts/x.ts'), "cannot read program 'ring.ts/x.ts': no such file");
});

test('what is no program is refused with the reason', (t) => {
  const { folder, path } = project(t, { 'a.py': '', Makefile: '', 'dir.ts/b.ts': '' });
  const refused = (name: string): string =>
    t.throws(() => findProgram(path(name), folder), { instanceOf: CompileError }).message;
  const list = 'programs end in .ts .mts .cts .tsx .js .mjs .cjs .jsx';
  t.is(refused('a.py'), `cannot run 'a.py': .py is not a known extension; ${list}`);
  t.is(refused('Makefile'), `cannot run 'Makefile': it has no extension; ${list}`);
  t.is(refused('dir.ts'), "cannot read program 'dir.ts': it is a folder");
  symlinkSync('loop.ts', path('loop.ts'));
  t.is(refused('loop.ts'), "cannot read program 'loop.ts': its links run in a circle");
});

const asOrdinaryUser = process.getuid?.() === 0 ? test.skip : test;

// The superuser may read everything.
asOrdinaryUser('a program that may not be read is refused', (t) => {
  const { folder, path } = project(t, { 'main.ts': '' });
  chmodSync(path('main.ts'), 0);
  const error = t.throws(() => findProgram(path('main.ts'), folder));
  t.is(error?.message, "cannot read program 'main.ts': permission denied");
});

test('a link counts by what it leads to', (t) => {
  const { folder, path } = project(t, { 'main.ts': '' });
  symlinkSync('main.ts', path('program'));
  t.is(findProgram(path('program'), folder), path('main.ts'));
});

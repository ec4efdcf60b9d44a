import { readFileSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { MpiError } from '../base/error.ts';
import { HEADERS } from './c-types.ts';
import { type Compiler, run } from './compiler.ts';
import type { Signature } from './prototype.ts';

/** What to compile. */
export interface CompileRequest {
  /** Absolute path of the file. */
  readonly source: string;
  /** Its text. */
  readonly text: string;
  readonly flags: readonly string[];
  readonly signatures: readonly Signature[];
}

/**
 * They stand before those of the user, which prevail. What is defined nowhere is missed when it is linked, and named
 * there with the line that uses it.
 */
const FIRST_FLAGS = [
  '-shared',
  '-fPIC',
  '-O2',
  ...(process.platform === 'linux' ? ['-Wl,-z,defs'] : []),
];
const LAST_FLAGS = ['-lm'];

/**
 * Compile a file of C.
 *
 * The compiler runs in the folder of the file, so `-Iinclude` is a folder beside it. What it warns of is printed.
 *
 * @param output  where the library is to be
 * @param needs  where to write for a moment what it depends on
 * @returns the files that it includes with quotes
 * @throws MpiError `ERR_NATIVE` with what the compiler printed and its command
 */
export async function compile(
  request: CompileRequest,
  compiler: Compiler,
  output: string,
  needs: string,
): Promise<string[]> {
  const { source, flags } = request;
  const folder = dirname(source);
  const argsFor = (target: string): string[] => [
    ...FIRST_FLAGS,
    '-o',
    target,
    source,
    ...flags,
    ...LAST_FLAGS,
  ];
  const args = [...argsFor(output), '-MMD', '-MF', needs];
  const { isGood, text } = await run(compiler.words, args, folder, '');
  if (!isGood) {
    const words = [...compiler.words, ...argsFor(`${basename(source, '.c')}.so`)];
    throw new MpiError(
      'ERR_NATIVE',
      `native: ${source} does not compile:\n${text.trimEnd()}\nby this command, in ${folder}:\n${words.map(quoted).join(' ')}`,
    );
  }
  await checkPrototypes(request, compiler);
  if (text !== '') process.stderr.write(text);
  return headersIn(readFileSync(needs, 'utf8'), source);
}

/** Have the compiler compare the prototypes with what the file defines: a wrong one would end in a crash. */
async function checkPrototypes(
  { source, flags, signatures }: CompileRequest,
  compiler: Compiler,
): Promise<void> {
  const folder = dirname(source);
  const lines = [
    `#include "${basename(source)}"`,
    ...HEADERS.map((header) => `#include <${header}>`),
    ...signatures.flatMap(({ text }) => ['#line 1 "prototype"', `${text};`]),
    '',
  ];
  const args = [...flags, '-w', '-fsyntax-only', '-I', folder, '-x', 'c', '-'];
  const { isGood, text } = await run(compiler.words, args, folder, lines.join('\n'));
  if (isGood) return;
  throw new MpiError(
    'ERR_NATIVE',
    `native: a prototype differs from what ${source} defines; write it as it is there:\n${text.trimEnd()}`,
  );
}

/** Read which files a rule of make names besides the source. */
function headersIn(rule: string, source: string): string[] {
  const [, list = ''] = /:\s(.*)/.exec(rule.replace(/\\?\n/g, ' ')) ?? [];
  const names = list.match(/(?:\\.|[^\s\\])+/g) ?? [];
  return names
    .map((name) => name.replace(/\\(.)/g, '$1').replaceAll('$$', '$'))
    .map((name) => resolve(dirname(source), name))
    .filter((path) => path !== source);
}

/** As a shell reads it. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MpiError } from '../base/error.ts';
import { show } from '../base/show.ts';
import { MIRROR } from '../control/message.ts';

/** A module that asks for a file. */
export interface Caller {
  /** Its file: what was written, if tsrun compiled it. */
  readonly file: string;
  /** Where a program that was brought to this host has files at the paths that they had. */
  readonly mirror?: string | undefined;
}

/**
 * Find the module that called a function.
 *
 * @param callee  the function
 * @returns undefined if what called is in no file, as in a REPL
 */
export function callerOf(callee: (...args: never[]) => unknown): Caller | undefined {
  const { stackTraceLimit, prepareStackTrace } = Error;
  const holder: { stack?: unknown } = {};
  Error.stackTraceLimit = 1;
  Error.prepareStackTrace = (_, sites) => sites[0]?.getFileName();
  try {
    Error.captureStackTrace(holder, callee);
    const name = holder.stack;
    if (typeof name !== 'string' || !/^(?:file:|\/)/.test(name)) return undefined;
    const file = name.startsWith('file:') ? fileURLToPath(name) : name;
    const source = sourceOf(file);
    return source === undefined ? { file } : { file: source, mirror: join(dirname(file), MIRROR) };
  } finally {
    Object.assign(Error, { stackTraceLimit, prepareStackTrace });
  }
}

/** The source of a module, if it is one that tsrun has compiled: its name begins so, and its source map names a file. */
function sourceOf(file: string): string | undefined {
  if (!/^\d+~/.test(basename(file))) return undefined;
  try {
    const { sources } = JSON.parse(readFileSync(`${file}.map`, 'utf8')) as { sources: string[] };
    return fileURLToPath(sources.at(-1) ?? '');
  } catch {
    return undefined;
  }
}

/** Of a program that was brought to this host, and whose files are not here. */
const ABROAD =
  '; of files of C, only those that a program names between quotes come along to other hosts';

/** A file that was asked for. */
export interface AskedFile {
  readonly path: string;
  /** Where it was looked for, as an error is to say it. */
  readonly from: string;
}

/**
 * Find which file is meant: a URL or an absolute path is itself, a relative path starts from the folder of
 * the module that asks, or from the current folder if that is none.
 *
 * @throws MpiError `ERR_ARG` if it is neither a path nor the URL of a file
 */
export function askedFile(source: unknown, caller: Caller | undefined): AskedFile {
  const asked = named(source, caller?.file);
  const brought = caller?.mirror === undefined ? '' : join(caller.mirror, asked.path);
  return existsSync(brought) ? { path: brought, from: '' } : asked;
}

function named(source: unknown, caller: string | undefined): AskedFile {
  const text = source instanceof URL ? source.href : source;
  if (typeof text !== 'string' || text === '') {
    throw wrong(`the first argument is the path or the URL of a file of C, not ${show(source)}`);
  }
  if (/^[a-z][a-z+.-]+:/i.test(text)) {
    if (!text.startsWith('file:')) throw wrong(`${show(text)} is not on this machine`);
    return { path: fileURLToPath(text), from: '' };
  }
  if (isAbsolute(text)) return { path: text, from: '' };
  return caller === undefined
    ? { path: resolve(text), from: `; '${text}' was looked for in the current folder` }
    : {
        path: resolve(dirname(caller), text),
        from: `; '${text}' was looked for beside ${caller}, which calls native${existsSync(caller) ? '' : ABROAD}`,
      };
}

/** Read it. @throws MpiError `ERR_NATIVE` if that cannot be done */
export function readAsked({ path, from }: AskedFile): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const why = existsSync(path) ? `cannot be read (${code})` : 'is not there';
    throw new MpiError('ERR_NATIVE', `native: ${path} ${why}${from}`, { cause: error });
  }
}

function wrong(reason: string): MpiError {
  return new MpiError('ERR_ARG', `native: ${reason}`);
}

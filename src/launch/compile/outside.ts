import { pathToFileURL } from 'node:url';
import type { Runtime } from './resolve.ts';

/** How a compiled program finds what it is not made of: tsmpi, packages, and other files it loads. */
export interface Outside {
  /** How modules import tsmpi. */
  readonly runtime: Runtime;
  /** The file of this path, as a module imports it. */
  imported(path: string): string;
  /** The file of this path, as CommonJS requires it. */
  required(path: string): string;
  /** Stands in the program before the path of a source, where packages are looked for from there. */
  readonly prefix: string;
  /** Files that are part of the program besides, by name. */
  readonly files: ReadonlyMap<string, string>;
}

/** For a program that runs where it was compiled: all is where it is. */
export function outsideHere(runtime: Runtime): Outside {
  return {
    runtime,
    imported: (path) => pathToFileURL(path).href,
    required: (path) => path,
    prefix: '',
    files: new Map(),
  };
}

/** The folder of a portable program in which files have the paths that they have here. */
export const MIRROR = 'tsmpi-packages';

/**
 * For a program that runs on any host: what it loads lies in a folder of its own, and tsmpi is the one of
 * the rank, wherever that is.
 *
 * @param texts  modules that find the rank's tsmpi
 */
export function outsideElsewhere(texts: Runtime): Outside {
  const runtime = { index: './tsmpi-of-rank.mjs', testing: './tsmpi-testing-of-rank.mjs' };
  return {
    runtime,
    imported: (path) => `./${MIRROR}${pathToFileURL(path).pathname}`,
    required: (path) => `./${MIRROR}${path}`,
    prefix: `/${MIRROR}`,
    files: new Map([
      [runtime.index.slice(2), texts.index],
      [runtime.testing.slice(2), texts.testing],
    ]),
  };
}

/** A file that a program loads and is not made of, and where it asks for it. */
export interface Need {
  readonly importer: string;
  readonly specifier: string;
  readonly file: string;
}

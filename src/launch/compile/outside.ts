import { pathToFileURL } from 'node:url';
import { MIRROR } from '../../control/message.ts';
import { ENTRIES, type Runtime, runtimeOf } from './runtime.ts';

/** How a compiled program finds what it is not made of: tsmpi, packages, and other files it loads. */
export interface Outside {
  /** Whether the program is to run on other hosts. */
  readonly isPortable: boolean;
  /** How modules import tsmpi. */
  readonly runtime: Runtime;
  /** The file of this path, as a module imports it. */
  imported(path: string): string;
  /** The file of this path, as CommonJS requires it. */
  required(path: string): string;
  /** What a module imports in place of `node:module`, and what has the `createRequire` that finds it all. */
  readonly module: { readonly imported: string; readonly createRequire: string };
  /** Files that are part of the program besides, by name. */
  readonly files: ReadonlyMap<string, string>;
}

/** For a program that runs where it was compiled: all is where it is. */
export function outsideHere(runtime: Runtime): Outside {
  return {
    isPortable: false,
    runtime,
    imported: (path) => pathToFileURL(path).href,
    required: (path) => path,
    module: { imported: 'node:module', createRequire: 'node:module' },
    files: new Map(),
  };
}

const MODULE = './tsmpi-module.mjs';

const CREATE_REQUIRE = './tsmpi-module.cjs';

const MODULE_TEXT = `export * from 'node:module';
export { default } from 'node:module';
export { createRequire } from '${CREATE_REQUIRE}';
`;

/** Looks for what a source requires in the folder first, and then where the source was, if that exists. */
const CREATE_REQUIRE_TEXT = `'use strict';
const { createRequire } = require('node:module');
const { fileURLToPath } = require('node:url');
exports.createRequire = (source) => {
  const theirs = createRequire(source);
  const path = /^file:/.test(source) ? fileURLToPath(source) : source;
  const mirrored = createRequire(__dirname + '/${MIRROR}' + path);
  const finderOf = (id) => {
    try {
      mirrored.resolve(id);
      return mirrored;
    } catch {
      return theirs;
    }
  };
  const { cache, extensions, main } = theirs;
  const require = (id) => finderOf(id)(id);
  const resolve = (id, options) => finderOf(id).resolve(id, options);
  resolve.paths = theirs.resolve.paths;
  return Object.assign(require, { cache, extensions, main, resolve });
};
`;

/**
 * For a program that runs on any host: what it loads lies in a folder of its own, and tsmpi is the one of
 * the rank, wherever that is.
 *
 * @param texts  modules that find the rank's tsmpi
 */
export function outsideElsewhere(texts: Runtime): Outside {
  const runtime = runtimeOf((name) => `./tsmpi-${name}-of-rank.mjs`);
  return {
    isPortable: true,
    runtime,
    imported: (path) => `./${MIRROR}${pathToFileURL(path).pathname}`,
    required: (path) => `./${MIRROR}${path}`,
    module: { imported: MODULE, createRequire: CREATE_REQUIRE },
    files: new Map([
      ...Object.values(ENTRIES).map((name): [string, string] => [
        runtime[name].slice(2),
        texts[name],
      ]),
      [MODULE.slice(2), MODULE_TEXT],
      [CREATE_REQUIRE.slice(2), CREATE_REQUIRE_TEXT],
    ]),
  };
}

/** A file that a program loads and is not made of, and where it asks for it. */
export interface Need {
  readonly importer: string;
  readonly specifier: string;
  readonly file: string;
}

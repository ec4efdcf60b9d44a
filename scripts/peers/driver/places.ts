import { fileURLToPath } from 'node:url';

/** The repository, seen from the compiled driver. */
export const ROOT: string = fileURLToPath(new URL('../../../../', import.meta.url));

/** The sources of the programs in C and Python. */
export const SOURCES: string = `${ROOT}scripts/peers/`;

/** The compiled programs for Node. */
export const COMPILED: string = `${ROOT}build/scripts/peers/`;

/** Debian's Python, for which its packages are made; another one may come first in PATH. */
export const PYTHON = '/usr/bin/python3';

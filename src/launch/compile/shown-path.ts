import { isAbsolute, relative } from 'node:path';

/** Write a path the way the user would: relative to the current folder if it lies inside. */
export function shownPath(path: string, cwd: string): string {
  const short = relative(cwd, path);
  return short === '' || short === '..' || short.startsWith('../') || isAbsolute(short)
    ? path
    : short;
}

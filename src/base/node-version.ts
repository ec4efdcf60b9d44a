/**
 * Which versions of Node ranks and launcher run on.
 *
 * Node 21 and the first releases of Node 22 lack `process.getBuiltinModule`, which later ones of Node 20
 * have.
 */

/** The versions, to go on after "needs". */
export const NEEDED_NODE = 'Node 20.19, or 22.3 or newer';

/** Tell whether tsmpi does not run on this version: `process.versions.node`. */
export function isTooOld(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major < 20 || major === 21 || (major === 20 && minor < 19) || (major === 22 && minor < 3);
}

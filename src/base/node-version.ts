/**
 * Which versions of Node ranks and launcher run on.
 *
 * Node 21 and the first releases of Node 22 lack `process.getBuiltinModule`, which later ones of Node 20
 * have.
 */

/** The oldest release that will do of each major version; of those behind the last, any will do. */
export const OLDEST_NODES: readonly (readonly [major: number, minor: number])[] = [
  [20, 19],
  [22, 3],
];

const OLDEST_SHOWN = OLDEST_NODES.map((version) => version.join('.')).join(', or ');

/** The versions, to go on after "needs". */
export const NEEDED_NODE: string = `Node ${OLDEST_SHOWN} or newer`;

/** Tell whether tsmpi does not run on this version: `process.versions.node`. */
export function isTooOld(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const oldest = OLDEST_NODES.find(([known]) => known === major);
  return oldest === undefined ? OLDEST_NODES.some(([known]) => known > major) : minor < oldest[1];
}

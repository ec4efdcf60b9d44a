import { LEAST_NODE, NO_NODE_PREFIX } from './find-node.ts';

/** What was found on a host on which there is no Node that ranks can run on. */
export interface NoNode {
  /** Paths and versions, in the order of the search; no version is of what could not be run. */
  readonly found: readonly (readonly [path: string, version: string])[];
  /** The PATH that was searched. */
  readonly path: string;
}

/** Understand the line that the search for Node ends with in vain; undefined if this is another one. */
export function readNoNode(line: string): NoNode | undefined {
  if (!line.startsWith(NO_NODE_PREFIX)) return undefined;
  try {
    return JSON.parse(line.slice(NO_NODE_PREFIX.length)) as NoNode;
  } catch {
    return undefined;
  }
}

/** Say why there is no Node, and what to do about it, to go on after the name of the host. */
export function describeNoNode({ found, path }: NoNode): string {
  const wanted = `Node ${LEAST_NODE.join('.')} or newer`;
  const remedy = `install ${wanted} there, or name it with --node PATH`;
  if (found.length === 0)
    return `has no Node on its PATH (${path}) nor in the usual places; ${remedy}`;
  const list = found.map(([file, version]) =>
    version === '' ? `${file}, which does not run` : `${file}, which is ${version}`,
  );
  return `has no ${wanted}, but only ${list.join('; ')}; ${remedy}`;
}

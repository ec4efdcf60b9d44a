import { NEEDED_NODE } from '../../base/node-version.ts';
import { NO_NODE_PREFIX } from './find-node.ts';
import type { Greeting } from './greeting.ts';
import { HostError } from './host-error.ts';
import { AGENT_MARK } from './protocol.ts';

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

/** A host cannot take part because of its Node. */
export class NoNodeError extends HostError {
  readonly noNode: NoNode;

  constructor(host: string, noNode: NoNode) {
    super(host, describeNoNode(noNode));
    this.noNode = noNode;
  }
}

/** What to do about it. */
export const NO_NODE_REMEDY: string = `install ${NEEDED_NODE} there, or name it with --node PATH`;

/** Say why there is no Node, and what to do about it, to go on after the name of the host. */
export function describeNoNode(noNode: NoNode): string {
  return `${whyNoNode(noNode)}; ${NO_NODE_REMEDY}`;
}

/** Say why there is no Node, to go on after the name of the host. */
export function whyNoNode({ found, path }: NoNode): string {
  if (found.length === 0) return `has no Node on its PATH (${path}) nor in the usual places`;
  const list = found.map(([file, version]) =>
    version === '' ? `${file}, which does not run` : `${file}, which is ${version}`,
  );
  return `has no ${NEEDED_NODE}, but only ${list.join('; ')}`;
}

/** The error that a host is refused with whose first word is no hello. */
export function refusedBy(host: string, { word, text }: Greeting): HostError {
  const noNode = readNoNode(`${AGENT_MARK} ${word} ${text}`);
  if (noNode !== undefined) return new NoNodeError(host, noNode);
  return new HostError(host, `the answer was ${word} ${text}`);
}

import type { Request } from '../request/request.ts';
import type { PendingOperation } from './operation.ts';

/** A call that waits first for operations that are not its own. */
export interface Holdup {
  readonly request: Request<unknown>;
  /** The call as the user would write it. */
  readonly call: string;
  /** What it waits for now, oldest first. */
  readonly operations: () => readonly PendingOperation<unknown>[];
}

/** Say what a call waits for first: `receive from 1, tag 7`. */
export function describeHoldup({ operations }: Holdup): string {
  return [...new Set(operations().map(({ userCall }) => userCall))].join('; ');
}

import type { WaitKind } from '../base/wait-kind.ts';
import type { Request } from './request.ts';

/** What the user waits for, as reports of where a rank is show it. */
export interface UserWait {
  readonly request: Request<unknown>;
  readonly kind: WaitKind;
  readonly call: string;
  /** World ranks that could let it go on. */
  readonly waitsFor: readonly number[];
  /** When it began, if that was looked up. */
  readonly since: number | undefined;
  /** The lock of the store that it is for, if it is. Who holds that is known to the keeper alone. */
  readonly lock?: string | undefined;
  /** What may be wrong, for the end of a sentence. */
  readonly hint?: string | undefined;
}

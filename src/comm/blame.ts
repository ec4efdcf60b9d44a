import { MpiError } from '../base/error.ts';
import type { Caller } from '../pt2pt/check.ts';

/** Do something pure, of which errors begin with a call of its own: say who, and which call of the user's. */
export function blame<T>({ who, ownWorldRank }: Caller, call: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof MpiError)) throw error;
    const text = error.message.replace(/^\w+: /, '');
    throw new MpiError(error.code, `${who}: ${call}: ${text}`, { rank: ownWorldRank });
  }
}

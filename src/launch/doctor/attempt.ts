import { HostError } from '../remote/host-error.ts';
import type { Outcome } from './outcome.ts';

/** Try something that fails if the host is lost, or cannot do what is asked of it. */
export async function attempt(check: () => Promise<Outcome> | Outcome): Promise<Outcome> {
  try {
    return await check();
  } catch (error) {
    if (!(error instanceof HostError)) throw error;
    return { result: 'failed', problem: error.message, command: '', remedy: error.remedy };
  }
}

import { rejected } from '../pt2pt/channel.ts';
import type { Request } from '../request/request.ts';

/** A wrong argument rejects the request, as every other failure does. */
export function started<T>(start: () => Request<T>): Request<T> {
  try {
    return start();
  } catch (error) {
    return rejected(error);
  }
}

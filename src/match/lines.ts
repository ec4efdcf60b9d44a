import type { Unmatched } from '../control/ending.ts';
import type { Request } from '../request/request.ts';
import type { Endpoint } from './endpoint.ts';
import { describeSource } from './envelope.ts';
import type { Signature } from './frame.ts';
import type { Mailbox } from './mailbox.ts';
import type { Message } from './message.ts';
import type { ReceiveOperation } from './receive-operation.ts';

/**
 * By which lines of the program messages were sent, and receives posted, and what was left of them: `tsrun --check`.
 *
 * A message carries the number of its line. The texts are told to the launcher, by each rank in the end. What the library sends and
 * receives by itself has no line of the user's, and is not accounted for.
 */
export class Lines {
  readonly #userLine: (stack: string) => string | undefined;
  readonly #numbers = new Map<string, number>();
  readonly #posted = new WeakMap<Request<unknown>, string>();
  readonly #messages = new Map<string, Unmatched>();
  readonly #receives = new Map<string, Unmatched>();

  /** @param userLine  finds the user's line in a stack */
  constructor(userLine: (stack: string) => string | undefined) {
    this.#userLine = userLine;
  }

  /** All that have sent messages, by their numbers. */
  get all(): readonly string[] {
    return [...this.#numbers.keys()];
  }

  /** What a message carries that is sent now; undefined if no line of the user's sends it. */
  mark(): Signature | undefined {
    const line = this.#here();
    if (line === undefined) return undefined;
    const number = this.#numbers.get(line) ?? this.#numbers.size;
    this.#numbers.set(line, number);
    return { what: 0, hash: number + 1 };
  }

  /** Take in that a receive was posted by the line that runs now. */
  post(request: Request<unknown>): void {
    const line = this.#here();
    if (line !== undefined) this.#posted.set(request, line);
  }

  /** Take in that nothing need come for a receive. */
  excuse(request: Request<unknown>): void {
    this.#posted.delete(request);
  }

  /** Note a receive that nothing was matched with. */
  noteReceive(receive: ReceiveOperation): void {
    const line = this.#posted.get(receive.request);
    if (line === undefined) return;
    count(this.#receives, { what: describeSource(receive) + placeOf(receive.endpoint), line });
  }

  /** Note messages that nobody has received. */
  noteMessages({ endpoint }: Mailbox, messages: Iterable<Message>): void {
    if (endpoint.purpose !== undefined) return;
    for (const { peer, source, tag, what, hash } of messages) {
      if (what !== 0 || hash === 0) continue;
      const from = `${endpoint.nameOf(source)}, tag ${tag}${placeOf(endpoint)}`;
      const sent = { process: peer.worldRank, line: hash - 1 };
      count(this.#messages, { what: from, sent });
    }
  }

  /** What was noted; undefined if nothing was. */
  get unmatched():
    | { readonly messages: readonly Unmatched[]; readonly receives: readonly Unmatched[] }
    | undefined {
    if (this.#messages.size + this.#receives.size === 0) return undefined;
    return { messages: [...this.#messages.values()], receives: [...this.#receives.values()] };
  }

  #here(): string | undefined {
    return this.#userLine(new Error().stack ?? '');
  }
}

function placeOf({ name }: Endpoint): string {
  return name === undefined ? '' : ` in ${name}`;
}

function count(all: Map<string, Unmatched>, found: Omit<Unmatched, 'count'>): void {
  const key = JSON.stringify(found);
  all.set(key, { ...found, count: (all.get(key)?.count ?? 0) + 1 });
}

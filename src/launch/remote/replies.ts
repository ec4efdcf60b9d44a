import type { HostError } from './host-error.ts';
import type { FromAgent } from './protocol.ts';

/** The kinds of what an agent says. */
export type Reply = FromAgent['kind'];

interface Expectation {
  readonly resolve: (message: FromAgent) => void;
  readonly reject: (error: HostError) => void;
}

/** What an agent was asked and has not answered yet: one question at a time for each kind of answer. */
export class Replies {
  readonly #expected = new Map<Reply, Expectation>();
  #failure: HostError | undefined;

  /** Resolves with the next message of that kind. @throws HostError once no more come */
  next<K extends Reply>(kind: K): Promise<FromAgent & { kind: K }> {
    return new Promise((resolve, reject) => {
      if (this.#failure !== undefined) reject(this.#failure);
      else this.#expected.set(kind, { resolve: resolve as Expectation['resolve'], reject });
    });
  }

  take(message: FromAgent): void {
    this.#expected.get(message.kind)?.resolve(message);
    this.#expected.delete(message.kind);
  }

  /** Nothing more comes, for this reason. */
  fail(error: HostError): void {
    this.#failure ??= error;
    for (const { reject } of this.#expected.values()) reject(error);
    this.#expected.clear();
  }
}

import type { Label } from '../match/endpoint.ts';

/** The name of a communicator, which its user may change. */
export class Name implements Label {
  #text: string | undefined;
  /** The last name on the way to this communicator that somebody gave. */
  #origin: string;

  /** @param text  undefined for the world, which errors need not name */
  constructor(text: string | undefined, origin: string = text ?? 'world') {
    this.#text = text;
    this.#origin = origin;
  }

  get shown(): string | undefined {
    return this.#text;
  }

  get text(): string {
    return this.#text ?? 'world';
  }

  rename(text: string): void {
    this.#text = text;
    this.#origin = text;
  }

  /** Name what is made of this one: as given, or else `split of world`, though it be the tenth in a row. */
  derive(made: string, given: string | undefined): Name {
    if (given !== undefined) return new Name(given);
    return new Name(`${made} of ${this.#origin}`, this.#origin);
  }
}

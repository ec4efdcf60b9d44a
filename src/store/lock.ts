import { Request } from '../request/request.ts';
import type { StoreLink } from './link.ts';

/**
 * A lock of the store that this process holds: nobody else does until it is released.
 *
 * `await using lock = await store.lock('name')` releases it at the end of the block, however that ends.
 */
export class Lock implements AsyncDisposable {
  readonly name: string;
  /** Whether its last holder ended without releasing it: what the lock protects may be half done. */
  readonly abandoned: boolean;
  readonly #link: StoreLink;
  /** The call that got it. */
  readonly #id: number;
  #released: Request<void> | undefined;

  /** Locks are made by `store.lock`, not by its users. */
  constructor(link: StoreLink, name: string, id: number, abandoned: boolean) {
    this.name = name;
    this.abandoned = abandoned;
    this.#link = link;
    this.#id = id;
  }

  /** Whether it has not been given back, here or by `finalize`. */
  get held(): boolean {
    return this.#released === undefined && !this.#link.finalized;
  }

  /** Give it back. Doing so again changes nothing. */
  release(): Request<void> {
    this.#released ??= this.#release();
    return this.#released;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.release();
  }

  #release(): Request<void> {
    if (!this.#link.finalized) {
      return this.#link.start({ op: 'release', key: this.name, lock: this.#id }, () => {});
    }
    const request = new Request<void>();
    Request.complete(request, undefined);
    return request;
  }
}

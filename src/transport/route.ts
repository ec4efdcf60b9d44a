import { assert } from '../base/error.ts';
import { type Frame, type Pulling, restTransport, type Transport } from './transport.ts';

/** Sends each frame over the first of several transports that reaches its rank. */
export class Route implements Transport {
  readonly name = 'route';
  readonly #transports: Transport[];
  readonly #byRank: Transport[] = [];

  constructor(size: number, transports: readonly Transport[]) {
    this.#transports = [...transports];
    this.#reachAll(size);
  }

  /** Have one more transport, for ranks that are still to come. */
  add(transport: Transport): void {
    this.#transports.push(transport);
  }

  grow(size: number): void {
    for (const transport of this.#transports) transport.grow?.(size);
    this.#reachAll(size);
  }

  reach(rank: number): boolean {
    return this.#byRank[rank] !== undefined;
  }

  send(rank: number, frame: Frame): Promise<void> | undefined {
    return (this.#byRank[rank] as Transport).send(rank, frame);
  }

  expose(rank: number, payload: Uint8Array): number | undefined {
    return this.#byRank[rank]?.expose?.(rank, payload);
  }

  pull(rank: number, address: number, pulling: Pulling): void {
    this.#byRank[rank]?.pull?.(rank, address, pulling);
  }

  push(rank: number, address: number, payload: Uint8Array): void {
    this.#byRank[rank]?.push?.(rank, address, payload);
  }

  listen(wanted: boolean): void {
    const transports = this.#transports;
    for (let at = 0; at < transports.length; at += 1) transports[at]?.listen(wanted);
  }

  rest(resting: boolean): void {
    for (const transport of this.#transports) restTransport(transport, resting);
  }

  get busy(): boolean {
    return this.#transports.some((transport) => transport.busy === true);
  }

  poll(): void {
    for (const transport of this.#transports) transport.poll?.();
  }

  forget(rank: number): void {
    this.#byRank[rank]?.forget?.(rank);
  }

  async close(): Promise<void> {
    await Promise.all(this.#transports.map((transport) => transport.close()));
  }

  #reachAll(size: number): void {
    for (let rank = this.#byRank.length; rank < size; rank += 1) {
      const transport = this.#transports.find((candidate) => candidate.reach(rank));
      assert(transport !== undefined, `no transport reaches rank ${rank}`);
      this.#byRank.push(transport);
    }
  }
}

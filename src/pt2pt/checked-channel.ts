import type { Endpoint } from '../match/endpoint.ts';
import type { Engine } from '../match/engine.ts';
import type { Lines } from '../match/lines.ts';
import type { Request } from '../request/request.ts';
import { Channel } from './channel.ts';

/** A channel that takes note of the line of each send and receive, so that what is left in the end can be told: `tsrun --check`. */
export class CheckedChannel extends Channel {
  readonly #lines: Lines;

  constructor(engine: Engine, endpoint: Endpoint, lines: Lines) {
    super(engine, endpoint);
    this.#lines = lines;
  }

  override sendWith(...send: Parameters<Channel['sendWith']>): Request<void> {
    this.endpoint.signature = this.#lines.mark();
    return super.sendWith(...send);
  }

  override receiveWith(...receive: Parameters<Channel['receiveWith']>): Request<unknown> {
    const request = super.receiveWith(...receive);
    if (!request.test()) this.#lines.post(request);
    return request;
  }

  override excuse(request: Request<unknown>): void {
    this.#lines.excuse(request);
  }
}

import type { ExecutionContext } from 'ava';
import { curveKeyPair } from 'zeromq';
import type { TransportEvents } from '../../src/transport/transport.ts';
import type { Protection } from '../../src/transport/zeromq/curve.ts';
import { ZeromqTransport } from '../../src/transport/zeromq/zeromq.ts';
import { type Deferred, deferred } from './deferred.ts';
import { tempFolder } from './temp-folder.ts';
import type { TestNetwork } from './transport-contract.ts';

/** Ranks that talk over socket files in a folder, by default one of their own. */
export function ipcNetwork(
  t: ExecutionContext,
  size: number,
  folder: string = tempFolder(t),
): TestNetwork {
  const addressOf = (rank: number): string => `ipc://${folder}/${rank}`;
  return {
    size,
    connect: (rank, events) =>
      closedWith(t, new ZeromqTransport({ rank, size, bind: addressOf(rank), addressOf }, events)),
  };
}

/** Ranks that talk over connections of the loopback interface, encrypted or not, with new keys. */
export class TcpNetwork implements TestNetwork {
  readonly size: number;
  readonly protection: Protection;
  readonly #t: ExecutionContext;
  readonly #addresses: readonly Deferred<string>[];

  constructor(t: ExecutionContext, size: number, encrypt = true) {
    this.size = size;
    this.protection = { keys: curveKeyPair(), encrypt };
    this.#t = t;
    this.#addresses = Array.from({ length: size }, () => deferred<string>());
  }

  /** Resolves once this rank is connected. */
  addressOf(rank: number): Promise<string> {
    return this.#address(rank).promise;
  }

  connect(rank: number, events: TransportEvents): ZeromqTransport {
    return this.connectVia(rank, (peer) => this.addressOf(peer), events);
  }

  /** Connect a rank that looks for its peers elsewhere. */
  connectVia(
    rank: number,
    addressOf: (peer: number) => string | Promise<string>,
    events: TransportEvents,
  ): ZeromqTransport {
    const { size, protection } = this;
    const bind = 'tcp://127.0.0.1:*';
    const transport = new ZeromqTransport({ rank, size, bind, addressOf, protection }, events);
    const { resolve, reject } = this.#address(rank);
    // As the launcher does: every rank tells its port at once.
    try {
      resolve(transport.address());
    } catch (error) {
      reject(error);
    }
    return closedWith(this.#t, transport);
  }

  #address(rank: number): Deferred<string> {
    const address = this.#addresses[rank];
    if (address === undefined) throw new Error(`there is no rank ${rank}`);
    return address;
  }
}

function closedWith(t: ExecutionContext, transport: ZeromqTransport): ZeromqTransport {
  t.teardown(() => transport.close());
  return transport;
}

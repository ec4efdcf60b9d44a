import type { ExecutionContext } from 'ava';
import { curveKeyPair } from 'zeromq';
import type { TransportEvents } from '../../src/transport/transport.ts';
import type { CurveKeys } from '../../src/transport/zeromq/curve.ts';
import { ZeromqTransport } from '../../src/transport/zeromq/zeromq.ts';
import { deferred } from './deferred.ts';
import { tempFolder } from './temp-folder.ts';
import type { TestNetwork } from './transport-contract.ts';

/** Ranks that talk over socket files in a folder of their own. */
export function ipcNetwork(t: ExecutionContext, size: number): TestNetwork {
  const folder = tempFolder(t);
  const addressOf = (rank: number): string => `ipc://${folder}/${rank}`;
  return {
    size,
    connect: (rank, events) =>
      closedWith(t, new ZeromqTransport({ rank, size, bind: addressOf(rank), addressOf }, events)),
  };
}

/** Ranks that talk over encrypted connections of the loopback interface. */
export interface TcpNetwork extends TestNetwork {
  readonly keys: CurveKeys;
  /** Resolves once this rank is connected. */
  addressOf(rank: number): Promise<string>;
  connect(rank: number, events: TransportEvents): ZeromqTransport;
}

/** Make ranks that hold the same new keys. */
export function tcpNetwork(t: ExecutionContext, size: number): TcpNetwork {
  const keys = curveKeyPair();
  const addresses = Array.from({ length: size }, () => deferred<string>());
  const addressOf = async (rank: number): Promise<string> =>
    await (addresses[rank]?.promise ?? Promise.reject(new Error(`there is no rank ${rank}`)));
  return {
    size,
    keys,
    addressOf,
    connect: (rank, events) => {
      const bind = 'tcp://127.0.0.1:*';
      const options = { rank, size, bind, addressOf, keys };
      const transport = closedWith(t, new ZeromqTransport(options, events));
      const { resolve, reject } = addresses[rank] ?? deferred<string>();
      // As the launcher does: every rank tells its port at once.
      transport.address().then(resolve, reject);
      return transport;
    },
  };
}

function closedWith(t: ExecutionContext, transport: ZeromqTransport): ZeromqTransport {
  t.teardown(() => transport.close());
  return transport;
}

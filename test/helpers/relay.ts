import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import type { ExecutionContext } from 'ava';

/** Stands between a client and a server, keeps what the client says, and can cut the wire. */
export class Relay {
  readonly port: number;
  /** What the first client said. */
  readonly recorded: readonly Buffer[];
  readonly #server: Server;
  #clients = 0;

  private constructor(server: Server, recorded: readonly Buffer[]) {
    this.port = (server.address() as AddressInfo).port;
    this.recorded = recorded;
    this.#server = server;
    server.on('connection', () => {
      this.#clients += 1;
    });
  }

  /** Resolve once so many clients have come. */
  async accepted(count: number): Promise<void> {
    while (this.#clients < count) await once(this.#server, 'connection');
  }

  /**
   * Pass on connections to a port of this host until the test ends.
   *
   * @param cutAfter  bytes from the first client after which its connection breaks; later ones hold
   */
  static async open(
    t: ExecutionContext,
    port: number,
    { cutAfter = Number.POSITIVE_INFINITY }: { readonly cutAfter?: number } = {},
  ): Promise<Relay> {
    const recorded: Buffer[] = [];
    const sockets: Socket[] = [];
    const server = createServer((client) => {
      const isFirst = sockets.length === 0;
      const onward = connect(port, '127.0.0.1');
      sockets.push(client, onward);
      for (const socket of [client, onward]) {
        socket.on('error', () => {});
        socket.on('close', () => {
          client.destroy();
          onward.destroy();
        });
      }
      let bytes = 0;
      client.on('data', (data: Buffer) => {
        bytes += data.length;
        if (isFirst && Number.isFinite(cutAfter) && bytes > cutAfter) client.resetAndDestroy();
        else if (isFirst) recorded.push(data);
      });
      client.pipe(onward);
      onward.pipe(client);
    });
    t.teardown(() => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new Relay(server, recorded);
  }
}

import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { hostname } from 'node:os';
import type { PortRange } from '../../hosts/port-range.ts';
import { answerWith, GREETING } from './greeting.ts';

/** Where a probe listens. */
export interface ProbeOptions {
  /** Addresses of this host; those that it turns out not to have are left out. */
  readonly addresses: readonly string[];
  /** The ports that may be taken, both ends included; any if left out. */
  readonly portRange?: PortRange | undefined;
}

/** A port of this host that others try to reach before the ranks start. */
export interface Probe {
  /** Where it listens. */
  readonly addresses: readonly string[];
  readonly port: number;
  /** What it answers. No secret: it only tells this host from others. */
  readonly token: string;
  close(): Promise<void>;
}

/** Nobody needs longer to greet. */
const GREETING_MS = 5_000;
/** More visitors at a time are turned away. */
const MOST_VISITORS = 1024;
/** So often another port is tried, if one that is free on one address is taken on another. */
const MOST_TRIES = 20;

/**
 * Listen on one port of all these addresses, and answer whoever greets.
 *
 * @throws Error that names the host, the addresses and the ports if there is no such port
 */
export async function openProbe({ addresses, portRange }: ProbeOptions): Promise<Probe> {
  const token = randomBytes(16).toString('hex');
  const visitors = new Set<Socket>();
  const makeServer = (): Server => createServer((socket) => answer(socket, token, visitors));
  const ports = portRange === undefined ? new Array<number>(MOST_TRIES).fill(0) : within(portRange);
  for (const port of ports) {
    const opened = await listenAt(addresses, port, makeServer);
    if (opened === undefined) continue;
    if (opened.servers.length === 0) break;
    return {
      addresses: opened.addresses,
      port: opened.port,
      token,
      close: async () => {
        for (const visitor of visitors) visitor.destroy();
        await closeAll(opened.servers);
      },
    };
  }
  const where = addresses.join(' and ');
  throw new Error(
    portRange === undefined
      ? `host ${hostname()} cannot listen on ${where}`
      : `host ${hostname()}: no port from ${portRange.first} to ${portRange.last} is free on ${where}; end what holds them, or give a wider --port-range`,
  );
}

function* within({ first, last }: PortRange) {
  for (let port = first; port <= last; port += 1) yield port;
}

interface Opened {
  readonly addresses: readonly string[];
  readonly port: number;
  readonly servers: readonly Server[];
}

/** Listen on the same port of all addresses that this host has; undefined if it is taken on one of them. */
async function listenAt(
  addresses: readonly string[],
  wanted: number,
  makeServer: () => Server,
): Promise<Opened | undefined> {
  const had: string[] = [];
  const servers: Server[] = [];
  let port = wanted;
  for (const address of addresses) {
    const server = makeServer();
    try {
      server.listen({ port, host: address, exclusive: true, ipv6Only: true });
      await once(server, 'listening');
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== 'EADDRINUSE' && code !== 'EACCES') continue;
      await closeAll(servers);
      return undefined;
    }
    server.maxConnections = MOST_VISITORS;
    servers.push(server);
    had.push(address);
    const bound = server.address();
    if (bound !== null && typeof bound === 'object') port = bound.port;
  }
  return { addresses: had, port, servers };
}

async function closeAll(servers: readonly Server[]): Promise<void> {
  await Promise.all(servers.map((server) => new Promise((closed) => server.close(closed))));
}

/** Answer one visitor, if it says what it should; nothing is said to anybody else. */
function answer(socket: Socket, token: string, visitors: Set<Socket>): void {
  visitors.add(socket);
  let heard = '';
  socket.setEncoding('latin1');
  socket.setTimeout(GREETING_MS, () => socket.destroy());
  socket.on('error', () => {});
  socket.on('close', () => visitors.delete(socket));
  socket.on('data', (text) => {
    heard += text;
    if (heard === GREETING) socket.end(answerWith(token));
    else if (!GREETING.startsWith(heard)) socket.destroy();
  });
}

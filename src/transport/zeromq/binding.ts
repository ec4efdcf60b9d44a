import { isIPv6 } from 'node:net';
import { hostname } from 'node:os';
import type { Pull } from 'zeromq';

/** One port on each of some addresses of this host. */
export interface TcpPlace {
  /** IP addresses; peers of this host take the first. */
  readonly addresses: readonly string[];
  /** The ports that may be taken, both ends included; any that is free if left out. */
  readonly portRange?: { readonly first: number; readonly last: number } | undefined;
}

/** So often another port is tried, if one that the system chose for one address is taken on another. */
const MOST_TRIES = 20;

/** How ZeroMQ writes an address. */
export function tcpAddress(address: string, port: number | string): string {
  return `tcp://${isIPv6(address) ? `[${address}]` : address}:${port}`;
}

/** Whether an address needs a socket that knows IPv6. */
export function needsIPv6(address: string): boolean {
  return address.startsWith('tcp://[');
}

/**
 * Accept messages there.
 *
 * @param turn  where to begin in a range of ports, so that the ranks of one host do not all try the same
 * @returns the first address, with its port
 * @throws Error that says what is wrong with the place
 */
export async function bindTo(pull: Pull, place: string | TcpPlace, turn: number): Promise<string> {
  if (typeof place === 'string') {
    await bindOnce(pull, place);
    return pull.lastEndpoint ?? '';
  }
  const { addresses, portRange } = place;
  if (portRange === undefined) return await bindAnyPort(pull, addresses);
  const { first, last } = portRange;
  const ports = last - first + 1;
  for (let tried = 0; tried < ports; tried += 1) {
    const bound = await bindPort(pull, addresses, first + ((turn + tried) % ports));
    if (bound !== undefined) return bound;
  }
  throw new Error(
    `host ${hostname()} has no free port from ${first} to ${last} on ${addresses.join(' and ')}: each of its ranks needs one of its own; end what holds them, or give a wider --port-range`,
  );
}

/** Have the system choose a port for the first address, and take the same for the others. */
async function bindAnyPort(pull: Pull, addresses: readonly string[]): Promise<string> {
  const [main = '', ...others] = addresses;
  for (let tried = 0; tried < MOST_TRIES; tried += 1) {
    await bindOnce(pull, tcpAddress(main, '*'));
    const bound = pull.lastEndpoint ?? '';
    const port = Number(bound.split(':').at(-1));
    if (others.length === 0 || (await bindPort(pull, others, port)) !== undefined) return bound;
    await pull.unbind(bound);
  }
  throw new Error(
    `host ${hostname()}: no port was free on ${addresses.join(' and ')} alike, after ${MOST_TRIES} tries; name fewer addresses by --iface`,
  );
}

/** Bind one port on all addresses; undefined, and nothing is bound, if it is taken on one of them. */
async function bindPort(
  pull: Pull,
  addresses: readonly string[],
  port: number,
): Promise<string | undefined> {
  const bound: string[] = [];
  for (const address of addresses) {
    const endpoint = tcpAddress(address, port);
    try {
      await bindOnce(pull, endpoint);
      bound.push(endpoint);
    } catch (error) {
      if (!isTaken(error)) throw error;
      for (const other of bound) await pull.unbind(other);
      return undefined;
    }
  }
  return bound[0];
}

function isTaken(error: unknown): boolean {
  const { cause } = error as Error;
  return (cause as NodeJS.ErrnoException | undefined)?.code === 'EADDRINUSE';
}

async function bindOnce(pull: Pull, address: string): Promise<void> {
  try {
    await pull.bind(address);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reason =
      code === 'ENAMETOOLONG'
        ? 'the path is longer than the system allows for a socket (about 100 bytes); set TMPDIR to a folder with a shorter one'
        : message;
    throw new Error(`cannot accept messages at ${address}: ${reason}`, { cause: error });
  }
}

import { isIPv6 } from 'node:net';
import { hostname } from 'node:os';
import type { Pull } from 'zeromq';
import type { PortRange } from '../../hosts/port-range.ts';

/** One port on each of some addresses of this host. */
export interface TcpPlace {
  /** IP addresses; peers of this host take the first. */
  readonly addresses: readonly string[];
  /** The ports that may be taken, both ends included; any that is free if left out. */
  readonly portRange?: PortRange | undefined;
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

/** A socket that accepts messages, and where. */
export interface Bound {
  readonly pull: Pull;
  /** The first of its addresses, with its port. */
  readonly address: string;
}

/**
 * Accept messages there.
 *
 * All is done when this returns: a rank tells others its port before its program runs on, which may compute for long.
 *
 * @param open  makes a socket. One that has taken an address in vain is closed, as it cannot give it back at once
 * @param turn  where to begin in a range of ports, so that the ranks of one host do not all try the same
 * @throws Error that says what is wrong with the place
 */
export function bindTo(open: () => Pull, place: string | TcpPlace, turn: number): Bound {
  if (typeof place === 'string') return bindFirst(open, place);
  const { addresses, portRange } = place;
  if (portRange === undefined) return bindAnyPort(open, addresses);
  const { first, last } = portRange;
  const ports = last - first + 1;
  for (let tried = 0; tried < ports; tried += 1) {
    const port = first + ((turn + tried) % ports);
    const pull = open();
    if (bindPort(pull, addresses, port)) {
      return { pull, address: tcpAddress(addresses[0] ?? '', port) };
    }
  }
  throw new Error(
    `host ${hostname()} has no free port from ${first} to ${last} on ${addresses.join(' and ')}: each of its ranks needs one of its own; end what holds them, or give a wider --port-range`,
  );
}

/** Have the system choose a port for the first address, and take the same for the others. */
function bindAnyPort(open: () => Pull, addresses: readonly string[]): Bound {
  const [main = '', ...others] = addresses;
  for (let tried = 0; tried < MOST_TRIES; tried += 1) {
    const bound = bindFirst(open, tcpAddress(main, '*'));
    const port = Number(bound.address.split(':').at(-1));
    if (bindPort(bound.pull, others, port)) return bound;
  }
  throw new Error(
    `host ${hostname()}: no port was free on ${addresses.join(' and ')} alike, after ${MOST_TRIES} tries; name fewer addresses by --iface`,
  );
}

function bindFirst(open: () => Pull, address: string): Bound {
  const pull = open();
  try {
    bindOnce(pull, address);
  } catch (error) {
    pull.close();
    throw error;
  }
  return { pull, address: pull.lastEndpoint ?? '' };
}

/** Bind one port on all addresses; false, and the socket is closed, if it is taken on one of them. */
function bindPort(pull: Pull, addresses: readonly string[], port: number): boolean {
  try {
    for (const address of addresses) bindOnce(pull, tcpAddress(address, port));
    return true;
  } catch (error) {
    pull.close();
    if (!isTaken(error)) throw error;
    return false;
  }
}

function isTaken(error: unknown): boolean {
  const { cause } = error as Error;
  return (cause as NodeJS.ErrnoException | undefined)?.code === 'EADDRINUSE';
}

function bindOnce(pull: Pull, address: string): void {
  try {
    pull.bindSync(address);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reason =
      code === 'ENAMETOOLONG'
        ? 'the path is longer than the system allows for a socket (about 100 bytes); set TMPDIR to a folder with a shorter one'
        : message;
    throw new Error(`cannot accept messages at ${address}: ${reason}`, { cause: error });
  }
}

import { isIP, isIPv6 } from 'node:net';
import type { Owner } from './owner.ts';

/** Where somebody waits for other jobs. */
export type Place =
  /** A socket file in a folder of the user's own. */
  | { readonly kind: 'unix'; readonly path: string; readonly owner: Owner }
  /** An address in the network; `id` tells this port from any other. */
  | {
      readonly kind: 'tcp';
      readonly address: string;
      readonly port: number;
      readonly id: string;
    };

const UNIX = /^tsmpi:unix:(\/[^\0]+)$/;
const SOCKET = /(?:^|\/)([0-9a-z]{1,8})-([0-9a-z]*)-[0-9a-f]{8}\.sock$/;
const RADIX = 36;
const TCP = /^tsmpi:tcp:(?:\[([^\]]+)\]|([^:[\]]+)):(\d{1,5}):([0-9a-f]{16})$/;

/** Name a port, as users pass it on. */
export function formatPort(place: Place): string {
  if (place.kind === 'unix') return unixPort(place.path);
  const { address, port, id } = place;
  return `tsmpi:tcp:${isIPv6(address) ? `[${address}]` : address}:${port}:${id}`;
}

/** Name the port of a socket file. */
export function unixPort(path: string): string {
  return `tsmpi:unix:${path}`;
}

/** Name a socket file so that its name tells whose it is. @param id  eight digits of its own */
export function socketFile({ pid, started }: Owner, id: string): string {
  const since = started === '' ? '' : Number(started).toString(RADIX);
  return `${pid.toString(RADIX)}-${since}-${id}.sock`;
}

/** Tell whose socket file this is; undefined if it is none. */
export function ownerOf(file: string): Owner | undefined {
  const [, pid, since = ''] = SOCKET.exec(file) ?? [];
  if (pid === undefined) return undefined;
  const started = since === '' ? '' : String(Number.parseInt(since, RADIX));
  return { pid: Number.parseInt(pid, RADIX), started };
}

/** Read the name of a port; undefined if it is none. */
export function parsePort(name: string): Place | undefined {
  const path = UNIX.exec(name)?.[1];
  if (path !== undefined) {
    const owner = ownerOf(path);
    return owner && { kind: 'unix', path, owner };
  }
  const [, v6, v4, digits, id = ''] = TCP.exec(name) ?? [];
  const address = v6 ?? v4 ?? '';
  const port = Number(digits);
  if (isIP(address) === 0 || isIPv6(address) !== (v6 !== undefined) || !(port > 0))
    return undefined;
  return port < 2 ** 16 ? { kind: 'tcp', address, port, id } : undefined;
}

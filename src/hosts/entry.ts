import { shown } from '../base/show.ts';
import { isIPv4, isIPv6 } from './address.ts';
import { HostMistake } from './mistake.ts';
import { expandRanges } from './range.ts';

/** A host as one place names it; another may add to it. */
export interface HostEntry {
  readonly name: string;
  readonly user?: string | undefined;
  readonly port?: number | undefined;
  /** Undefined where nothing was said. */
  readonly slots?: number | undefined;
  readonly maxSlots?: number | undefined;
}

/** As long as a name may be in the DNS. */
const LONGEST_NAME = 253;

/** More slots than this are taken for something else, such as a port. */
const MAX_SLOTS = 4096;

const MAX_PORT = 65535;

/**
 * Read a host and its slots in one word: `node1`, `ada@node1:4`, `node[1-4]:2`, `[::1]:2`.
 *
 * Names, users and numbers are judged strictly, since they become arguments of other programs:
 * nothing passes that ssh or a shell could take for anything else.
 *
 * @throws HostMistake
 */
export function readEntries(word: string): HostEntry[] {
  const at = word.lastIndexOf('@');
  const user = at < 0 ? undefined : readUser(word.slice(0, at));
  const { names, count } = splitCount(word.slice(at + 1));
  const slots = count === undefined ? undefined : readSlots(count);
  return names.map((name) => ({ name, user, slots }));
}

/** Cut the slots off, and write out the names before them. */
function splitCount(text: string): { names: string[]; count: string | undefined } {
  if (isIPv6(text)) return { names: [text], count: undefined };
  const [, address, after = ''] = /^\[([^[\]]*:[^[\]]*)\](.*)$/s.exec(text) ?? [];
  if (address !== undefined && isIPv6(address) && /^(:|$)/.test(after)) {
    return { names: [address], count: after === '' ? undefined : after.slice(1) };
  }
  const [name = '', count, ...more] = text.split(':');
  if (address !== undefined || more.length > 0) {
    throw new HostMistake(
      `${shown(text)} is neither an IPv6 address nor a host and its slots; write ::1, [::1]:4 or node1:4`,
    );
  }
  const names = expandRanges(name);
  for (const each of names) checkName(each);
  return { names, count };
}

/** Refuse what is no name of a host. */
export function checkName(name: string): void {
  if (name === '') throw new HostMistake('the name of a host is missing');
  if (name.length > LONGEST_NAME || !/^\w([\w.-]*[A-Za-z0-9])?$/.test(name)) {
    throw new HostMistake(
      `${shown(name)} is no name of a host; letters, digits, '.', '-' and '_' make one, no '.' or '-' comes first, and a letter or digit last`,
    );
  }
  if (/^\d+(\.\d+){3}$/.test(name) && !isIPv4(name)) {
    throw new HostMistake(`${shown(name)} is no IPv4 address; each number is from 0 to 255`);
  }
}

/** Read the name of a user. */
export function readUser(text: string): string {
  if (/^[A-Za-z_][\w.-]*$/.test(text)) return text;
  throw new HostMistake(
    `${shown(text)} is no name of a user; letters, digits, '.', '-' and '_' make one, and a letter or '_' comes first`,
  );
}

/** Read how many ranks a host takes; none means that it is not to be used. */
export function readSlots(text: string): number {
  return numberFrom(0, MAX_SLOTS, text, 'number of slots');
}

/** Read how many ranks a host takes at most. */
export function readMaxSlots(text: string): number {
  return numberFrom(1, MAX_SLOTS, text, 'largest number of slots');
}

/** Read a port. */
export function readPort(text: string): number {
  return numberFrom(1, MAX_PORT, text, 'port');
}

function numberFrom(least: number, most: number, text: string, what: string): number {
  const number = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (number >= least && number <= most) return number;
  throw new HostMistake(
    `${shown(text)} is no ${what}; give a whole number from ${least} to ${most}`,
  );
}

const BYTE = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const IPV4 = new RegExp(`^${BYTE}(?:\\.${BYTE}){3}$`);

/** Whether a text is an IPv4 address in four decimal numbers. */
export function isIPv4(text: string): boolean {
  return IPV4.test(text);
}

/** Whether a text is an IPv6 address without brackets; it may name an interface: `fe80::1%eth0`. */
export function isIPv6(text: string): boolean {
  const [, address = ''] = /^([\da-fA-F:.]+)(?:%[A-Za-z0-9._-]+)?$/.exec(text) ?? [];
  const last = address.slice(address.lastIndexOf(':') + 1);
  // The last 32 bits may be written as an IPv4 address.
  const whole = isIPv4(last) ? `${address.slice(0, -last.length)}0:0` : address;
  const halves = whole.split('::');
  const groups = halves.map((half) => (half === '' ? [] : half.split(':')));
  const count = groups.reduce((sum, half) => sum + half.length, 0);
  if (!groups.flat().every((group) => /^[\da-fA-F]{1,4}$/.test(group))) return false;
  return halves.length === 1 ? count === 8 : halves.length === 2 && count <= 7;
}

/** Whether a text is an IP address. */
export function isAddress(text: string): boolean {
  return isIPv4(text) || isIPv6(text);
}

/** Whether a text names a network, as `10.1.0.0/16` or `fd00::/8`. */
export function isNetwork(text: string): boolean {
  const [, address = '', length = ''] = /^([^/]+)\/(\d{1,3})$/.exec(text) ?? [];
  if (isIPv4(address)) return Number(length) <= 32;
  return isIPv6(address) && Number(length) <= 128;
}

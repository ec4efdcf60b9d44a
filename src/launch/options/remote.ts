import { isAddress, isNetwork } from '../../hosts/address.ts';
import type { PortRange } from '../../hosts/port-range.ts';
import { shown } from './quote.ts';
import { UsageError } from './usage-error.ts';
import { oneOf, readSeconds, wholeNumber } from './values.ts';
import { splitWords } from './words.ts';

/** How other hosts are reached, and how messages get there. */
export interface RemoteOptions {
  /** `ssh`, `slurm`, or a command with `{command}` in it, as typed; undefined if not given. */
  readonly launcher: string | undefined;
  /** Options for ssh, in words. */
  readonly sshArgs: readonly string[];
  /** The path of Node on the other hosts. */
  readonly node: string | undefined;
  /** Names, addresses or networks such as 10.1.0.0/16; empty if none were given. */
  readonly interfaces: readonly string[];
  readonly portRange: PortRange | undefined;
  /** A host that is silent for so long is lost. */
  readonly hostTimeoutSeconds: number;
  readonly encrypt: boolean;
}

/** What was typed, by the key of the option; its values not yet judged. */
export interface TypedRemote {
  launcher?: string;
  sshArgs?: string;
  node?: string;
  iface?: string;
  portRange?: string;
  hostTimeout?: string;
  encryption?: string;
}

const DEFAULT_HOST_TIMEOUT_SECONDS = 8;
const MAX_HOST_TIMEOUT_SECONDS = 3600;
const MAX_PORT = 65535;
const ENCRYPTIONS = ['curve', 'none'] as const;

/** Read all options about other hosts but those that say which they are. */
export function readRemote(typed: TypedRemote): RemoteOptions {
  const { launcher, node, iface, portRange, hostTimeout, encryption } = typed;
  if (node === '')
    throw new UsageError('--node is empty; give the path of Node on the other hosts');
  return {
    launcher: launcher === undefined ? undefined : readLauncher(launcher),
    sshArgs: readSshArgs(typed.sshArgs ?? ''),
    node,
    interfaces: iface === undefined ? [] : readInterfaces(iface),
    portRange: portRange === undefined ? undefined : readPortRange(portRange),
    hostTimeoutSeconds:
      hostTimeout === undefined ? DEFAULT_HOST_TIMEOUT_SECONDS : readHostTimeout(hostTimeout),
    encrypt: encryption === undefined || oneOf('--encryption', ENCRYPTIONS, encryption) === 'curve',
  };
}

function readLauncher(value: string): string {
  if (value === 'ssh' || value === 'slurm') return value;
  if (value.includes('{command}')) {
    splitWords('--launcher', value);
    return value;
  }
  throw new UsageError(
    `--launcher ${shown(value)}: give ssh, slurm, or a command with {command} in it, as in 'kubectl exec -i {host} -- {command}'`,
  );
}

function readSshArgs(value: string): readonly string[] {
  const words = splitWords('--ssh-args', value);
  // Anything else in first place would be the host that ssh goes to.
  if (words[0]?.startsWith('-') === false) {
    throw new UsageError(
      `--ssh-args ${shown(value)}: options of ssh start with '-'; hosts are given with -H or --hostfile`,
    );
  }
  return words;
}

function readInterfaces(value: string): readonly string[] {
  return value.split(',').map((typed) => {
    const name = typed.trim();
    if (isAddress(name) || isNetwork(name)) return name;
    // What only looks like an address would be looked for as a name, in vain.
    if (/^[A-Za-z][A-Za-z0-9._@:-]*$/.test(name) && !/^[\da-fA-F]*:[\da-fA-F:]*$/.test(name)) {
      return name;
    }
    throw new UsageError(
      `--iface ${shown(value)}: ${shown(name)} is no name of an interface, no IP address and no network; write eth0, 10.1.2.3 or 10.1.0.0/16`,
    );
  });
}

function readPortRange(value: string): PortRange {
  const [, low = '', high = ''] = /^(\d+):(\d+)$/.exec(value) ?? [];
  const first = wholeNumber(low) ?? 0;
  const last = wholeNumber(high) ?? 0;
  if (first < 1 || last < first || last > MAX_PORT) {
    throw new UsageError(
      `--port-range ${shown(value)}: give the first and the last port, from 1 to ${MAX_PORT}, as in 40000:40100`,
    );
  }
  return { first, last };
}

function readHostTimeout(value: string): number {
  const seconds = readSeconds('--host-timeout', value, { zero: true });
  if (seconds < 1 || seconds > MAX_HOST_TIMEOUT_SECONDS) {
    throw new UsageError(
      `--host-timeout ${shown(value)}: give a number of seconds from 1 to ${MAX_HOST_TIMEOUT_SECONDS}`,
    );
  }
  return seconds;
}

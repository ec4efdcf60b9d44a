import { command, tryCommand } from './command.ts';

/**
 * The network of a bed: a bridge of this machine, and for each host a network namespace with one
 * interface `eth0`, whose other end hangs on the bridge.
 *
 * Networks are numbered. The kernel gives out each number once, since there is one bridge of a name.
 */

/** There are so many networks of 254 hosts in 198.18.0.0/15, which is set aside for tests and routed nowhere. */
const NETWORKS = 512;

/** The number of the launching machine in each network. */
const HEAD = 254;

/** What all links and namespaces of a bed begin with. */
export function prefixOf(bed: number): string {
  return `tsbed${bed}`;
}

export function namespaceOf(bed: number, host: number): string {
  return `${prefixOf(bed)}-node${host}`;
}

/** The end of a host's cable that is not in the host. */
export function linkOf(bed: number, host: number): string {
  return `${prefixOf(bed)}h${host}`;
}

export function addressOf(bed: number, host: number = HEAD): string {
  return `198.${18 + (bed >> 8)}.${bed & 255}.${host}`;
}

export function address6Of(bed: number, host: number = HEAD): string {
  return `fd62:6564:${bed.toString(16)}::${host.toString(16)}`;
}

/** Make a bridge in a network that nobody uses. @returns the number of the network, and so of the bed */
export async function claimNetwork(): Promise<number> {
  const start = Math.floor(Math.random() * NETWORKS);
  const routes = await command('ip', ['-4', 'route', 'show', 'table', 'all']);
  let refusal: unknown;
  for (let step = 0; step < NETWORKS; step += 1) {
    const bed = (start + step) % NETWORKS;
    if (routes.includes(addressOf(bed, 0).slice(0, -1))) continue;
    const bridge = prefixOf(bed);
    try {
      await command('ip', ['link', 'add', bridge, 'type', 'bridge', 'forward_delay', '0']);
    } catch (error) {
      // Somebody was faster, or bridges cannot be made here at all.
      refusal = error;
      if (step >= 16) break;
      continue;
    }
    await batch([
      `addr add ${addressOf(bed)}/24 dev ${bridge}`,
      `addr add ${address6Of(bed)}/64 dev ${bridge} nodad`,
      `link set ${bridge} up`,
    ]);
    return bed;
  }
  throw new Error('no network could be made', { cause: refusal });
}

/** Make the network namespace of a host, and connect it. */
export async function connectHost(bed: number, host: number, decoy: boolean): Promise<void> {
  const namespace = namespaceOf(bed, host);
  const link = linkOf(bed, host);
  // Always the same, or the others would go on sending to the address before a reboot.
  const hardware = `02:be:d0:${hex(bed >> 8)}:${hex(bed & 255)}:${hex(host)}`;
  await command('ip', ['netns', 'add', namespace]);
  await batch([
    `link add ${link} type veth peer name eth0 address ${hardware} netns ${namespace}`,
    `link set ${link} up`,
  ]);
  const inside = [
    'link set lo up',
    `addr add ${addressOf(bed, host)}/24 dev eth0`,
    `addr add ${address6Of(bed, host)}/64 dev eth0 nodad`,
    'link set eth0 up',
  ];
  const misleading = [
    'link add docker0 type bridge',
    'addr add 172.17.0.1/16 dev docker0',
    'link set docker0 up',
  ];
  await batch(decoy ? [...inside, ...misleading] : inside, namespace);
  // Last: a port whose other end comes up later forwards nothing for up to a second.
  await batch([`link set ${link} master ${prefixOf(bed)}`]);
}

/** Have the bridge forward what goes to and from a host, or drop it without a word. */
export async function setForwarding(bed: number, host: number, forwards: boolean): Promise<void> {
  // 3 is "forwarding", 0 is "disabled".
  await command('bridge', ['link', 'set', 'dev', linkOf(bed, host), 'state', forwards ? '3' : '0']);
}

/** Have two hosts, and only them, lose each other: packets go to hardware that is not there. */
export async function separate(bed: number, one: number, other: number): Promise<void> {
  for (const [here, there] of [
    [one, other],
    [other, one],
  ] as const) {
    const nowhere = 'lladdr 02:00:00:00:00:01 nud permanent dev eth0';
    await batch(
      [
        `neigh replace ${addressOf(bed, there)} ${nowhere}`,
        `neigh replace ${address6Of(bed, there)} ${nowhere}`,
      ],
      namespaceOf(bed, here),
    );
  }
}

/** Undo what separated this host from others. */
export async function reunite(bed: number, host: number, others: readonly number[]): Promise<void> {
  const flush = ['neigh', 'flush', 'nud', 'permanent', 'dev', 'eth0'];
  await tryCommand('ip', ['-n', namespaceOf(bed, host), ...flush]);
  for (const other of others) {
    for (const address of [addressOf(bed, host), address6Of(bed, host)]) {
      const remove = ['neigh', 'del', address, 'dev', 'eth0'];
      await tryCommand('ip', ['-n', namespaceOf(bed, other), ...remove]);
    }
  }
}

/** Limit what a host can send and receive; without a number it is as fast as it can. */
export async function setRate(bed: number, host: number, megabits?: number): Promise<void> {
  const ends = [
    ['qdisc', 'DO', 'dev', linkOf(bed, host), 'root'],
    ['-n', namespaceOf(bed, host), 'qdisc', 'DO', 'dev', 'eth0', 'root'],
  ];
  for (const end of ends) {
    const as = (what: string): string[] => end.map((word) => (word === 'DO' ? what : word));
    if (megabits === undefined) {
      await tryCommand('tc', as('del'));
    } else {
      const bucket = ['tbf', 'rate', `${megabits}mbit`, 'burst', '256k', 'latency', '100ms'];
      await command('tc', [...as('replace'), ...bucket]);
    }
  }
}

/** Remove all links and namespaces of a bed. */
export async function removeNetwork(bed: number): Promise<void> {
  const names = await tryCommand('ip', ['netns', 'list']);
  const own = names.match(new RegExp(`^${prefixOf(bed)}-\\S+`, 'gm')) ?? [];
  const links = (await tryCommand('ip', ['-o', 'link', 'show'])).matchAll(
    new RegExp(`^\\d+: (${prefixOf(bed)}(?:h\\d+)?)[@:]`, 'gm'),
  );
  // A namespace goes some time after its name; its cable is gone at once.
  await Promise.all([...links].map(([, link = '']) => tryCommand('ip', ['link', 'del', link])));
  await Promise.all(own.map((namespace) => tryCommand('ip', ['netns', 'del', namespace])));
}

async function batch(lines: readonly string[], namespace?: string): Promise<void> {
  const where = namespace === undefined ? [] : ['-n', namespace];
  await command('ip', [...where, '-batch', '-'], { input: `${lines.join('\n')}\n` });
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}

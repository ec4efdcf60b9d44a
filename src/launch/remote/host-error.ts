/** Why a host cannot take part in a job. */
export class HostError extends Error {
  readonly host: string;
  /** What the user can do about it; empty if there is nothing to say. */
  readonly remedy: string;

  /** The same may go well a moment later. */
  readonly passing: boolean;

  /** @param reason  what happened, as one says it after the host's name */
  constructor(host: string, reason: string, remedy: string = '', passing: boolean = false) {
    super(reason);
    this.host = host;
    this.remedy = remedy;
    this.passing = passing;
  }
}

/** What an ssh server does that has too many connections which have not logged in yet. */
const TURNED_AWAY = /kex_exchange_identification|connection (?:closed|reset) by/i;

/** Whether what a remote start wrote to its standard error has a known cause, and what to do about it then. */
const REMEDIES: readonly (readonly [pattern: RegExp, remedy: (host: string) => string])[] = [
  [
    /permission denied|too many authentication failures/i,
    (host) =>
      `ssh must get in without a question: try 'ssh -o BatchMode=yes ${host} true', and set up a key with ssh-copy-id ${host}, or load yours with ssh-add`,
  ],
  [
    /host key for .* has changed|remote host identification has changed/i,
    (host) =>
      `its key is not the one that ssh knows: if that host was installed anew, and nobody stands in between, forget the old one with ssh-keygen -R ${host}, and connect once by hand`,
  ],
  [
    /host key verification failed/i,
    (host) =>
      `ssh does not know that host's key: connect once by hand, ssh ${host}, and compare it`,
  ],
  [
    /could not resolve hostname|name or service not known|temporary failure in name resolution/i,
    (host) =>
      `check the name: no address is known for ${host}; it may need an entry in ~/.ssh/config`,
  ],
  [
    /connection refused/i,
    (host) =>
      `no ssh server listens there: is sshd running on ${host}, and is the port right (port=N in the hostfile)?`,
  ],
  [
    /timed out|timeout, server|no route to host|network is unreachable|host is down/i,
    (host) => `${host} does not answer: is it up, and may this machine reach it (firewall, VPN)?`,
  ],
  [
    TURNED_AWAY,
    (host) =>
      `the ssh server of ${host} turned us away before it asked who we are: too many connections at once (MaxStartups), or an access rule`,
  ],
];

/**
 * Say why the command that was to start something on a host ended.
 *
 * @param name  what the command is called: `ssh`
 * @param ending  how it ended: `ended with exit code 255`
 * @param errors  the last lines of its standard error
 */
export function startFailure(
  host: string,
  name: string,
  ending: string,
  errors: readonly string[],
): HostError {
  const said = errors.join('; ');
  const remedy = REMEDIES.find(([pattern]) => pattern.test(said))?.[1](host);
  const reason = `${name} ${ending}${said === '' ? '' : `: ${said}`}`;
  return new HostError(host, reason, remedy, TURNED_AWAY.test(said));
}

/** The command runs, but no agent has said anything. */
export function noHello(host: string, name: string, patienceMs: number): HostError {
  return new HostError(
    host,
    `${name} started, but nothing came from ${host} in ${patienceMs / 1000} s`,
    `see whether a login shell there waits for something: ${byHand(host, name)}`,
  );
}

/** The command prints and prints, and none of it is an agent's. */
export function tooMuchNoise(host: string, name: string): HostError {
  return new HostError(
    host,
    `${name} printed more than a login does, and no word of an agent`,
    `see what comes of it: ${byHand(host, name)}`,
  );
}

/** The agent ran, and is not heard of any more. */
export function hostSilent(host: string, patienceMs: number): HostError {
  return new HostError(
    host,
    `nothing was heard from it for ${patienceMs / 1000} s`,
    'is it up and connected? --host-timeout S allows longer silence',
  );
}

function byHand(host: string, name: string): string {
  return name === 'ssh' ? `ssh ${host} true` : 'run that command by hand, with true for {command}';
}

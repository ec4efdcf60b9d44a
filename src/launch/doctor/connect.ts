import { promises as dns, type LookupAddress } from 'node:dns';
import { connect, isIP } from 'node:net';
import { typed } from './by-hand.ts';
import type { Outcome, Trouble } from './outcome.ts';
import type { SshRoute } from './ssh-route.ts';

/** How names are looked up, and where. */
export interface LookupOptions {
  readonly lookup?: (hostname: string, family: 0 | 4 | 6) => Promise<readonly LookupAddress[]>;
  readonly platform?: NodeJS.Platform;
}

/** Find the addresses of a host. */
export async function resolveHost(
  { hostname, family }: SshRoute,
  { lookup = lookUp, platform = process.platform }: LookupOptions = {},
): Promise<readonly string[] | Trouble> {
  if (isIP(hostname) !== 0) return [hostname];
  try {
    return (await lookup(hostname, family)).map(({ address }) => address);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    const isUnknown = code === 'ENOTFOUND' || code === 'ENODATA';
    return {
      result: 'failed',
      problem: isUnknown
        ? `no address is known for ${hostname}`
        : `the address of ${hostname} could not be looked up (${code})`,
      command:
        platform === 'darwin'
          ? typed(['dscacheutil', '-q', 'host', '-a', 'name', hostname])
          : typed(['getent', 'ahosts', hostname]),
      remedy: isUnknown
        ? 'check how it is spelled; HostName in ~/.ssh/config, or a line in /etc/hosts, gives a name an address'
        : 'the name server does not answer: see whether this machine has a network, and try again',
    };
  }
}

function lookUp(hostname: string, family: 0 | 4 | 6): Promise<LookupAddress[]> {
  return dns.lookup(hostname, { all: true, verbatim: true, family });
}

/** What one address said: nothing if there is an ssh server. */
interface Answer {
  readonly problem: string;
  readonly remedy: string;
}

/** Connect to the ssh server of a host, at the first of its addresses that will do. */
export async function reachServer(
  addresses: readonly string[],
  { port, hostname, patienceMs }: SshRoute,
): Promise<Outcome> {
  const answers = await Promise.all(
    addresses.map((address) => greetServer(address, port, patienceMs)),
  );
  if (answers.includes(undefined)) return { result: 'ok' };
  // Those at which nobody listens say less than one that answers and then is silent.
  const said = answers.map((answer, index) => `${addresses[index]}: ${answer?.problem}`);
  return {
    result: 'failed',
    problem: `no ssh server answers at port ${port} of ${said.join('; ')}`,
    command: typed([
      'nc',
      '-v',
      '-w',
      String(Math.ceil(patienceMs / 1000)),
      addresses[0] ?? hostname,
      String(port),
    ]),
    remedy: answers[0]?.remedy ?? '',
  };
}

/** Wait for the first word of a server, which with ssh is the server's. */
function greetServer(
  address: string,
  port: number,
  patienceMs: number,
): Promise<Answer | undefined> {
  return new Promise((resolve) => {
    let connected = false;
    const socket = connect({ host: address, port });
    const end = (answer?: Answer): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(answer);
    };
    const timer = setTimeout(() => {
      end(connected ? silent(patienceMs) : unanswered(patienceMs));
    }, patienceMs);
    socket.on('connect', () => {
      connected = true;
    });
    // A server may say other things first, so any word will do.
    socket.on('data', () => end());
    // A server that turns us away may not do so a moment later: that is for ssh itself to find out.
    socket.on('end', () => end());
    socket.on('error', ({ code, message }: NodeJS.ErrnoException) => {
      if (code === 'ECONNREFUSED') end(REFUSED);
      else if (code === 'ECONNRESET' && connected) end();
      else
        end({ ...unanswered(patienceMs), problem: `there is no way to it (${code ?? message})` });
    });
  });
}

const REFUSED: Answer = {
  problem: 'connection refused',
  remedy: 'start sshd there, or name the port that it listens at: port=N in the hostfile',
};

function silent(patienceMs: number): Answer {
  return {
    problem: `the connection is taken, but nothing was said within ${patienceMs / 1000} s`,
    remedy:
      'see whether this is the port of sshd (port=N in the hostfile names another), and whether that host hangs',
  };
}

function unanswered(patienceMs: number): Answer {
  return {
    problem: `nothing came back within ${patienceMs / 1000} s`,
    remedy: 'see whether it is up, and whether a firewall or a missing VPN is between',
  };
}

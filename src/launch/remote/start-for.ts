import type { Host } from '../../hosts/host.ts';
import type { RemoteOptions } from '../options/remote.ts';
import { type RemoteStart, startBySlurm, startBySsh, startByTemplate } from './command.ts';

/** Names that stand for whatever host they are read on. */
const THIS_HOST: readonly string[] = ['localhost', '127.0.0.1', '::1'];

/**
 * Tell whether a host is the one that this process runs on, so that nothing need be asked to get there.
 *
 * Whoever names a user or a port means a way in that is not this process's own.
 *
 * @param own  the name of this host, with or without its domain
 */
export function isThisHost({ name, user, port }: Host, own: string): boolean {
  if (user !== undefined || port !== undefined) return false;
  const short = (full: string): string => full.split('.')[0] ?? full;
  if (THIS_HOST.includes(name) || name === own) return true;
  // A name with a domain and one without may be the same; two domains are two hosts.
  return short(name) === short(own) && !(name.includes('.') && own.includes('.'));
}

/**
 * Decide how commands are started on each host.
 *
 * @param own  the name of this host
 * @returns what gives undefined for this host itself
 */
export function startFor(
  { launcher, sshArgs }: Pick<RemoteOptions, 'launcher' | 'sshArgs'>,
  own: string,
): (host: Host) => RemoteStart | undefined {
  if (launcher === undefined) {
    const ssh = startBySsh(sshArgs);
    return (host) => (isThisHost(host, own) ? undefined : ssh);
  }
  const all =
    launcher === 'ssh'
      ? startBySsh(sshArgs)
      : launcher === 'slurm'
        ? startBySlurm()
        : startByTemplate(launcher);
  return () => all;
}

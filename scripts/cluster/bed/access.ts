import { randomUUID } from 'node:crypto';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { command } from './command.ts';
import { address6Of, addressOf } from './network.ts';

/** The ports at which the sshd of each host listens. */
export const SSH_PORTS: readonly number[] = [22, 2222];

const SYSTEM_PATH = ['/usr/local/bin', '/usr/bin', '/bin'];

/** Make the keys and the configuration of ssh, the hostfile, and the files by which each host knows itself. */
export async function writeAccess(
  bed: number,
  folder: string,
  names: readonly string[],
  slots: number,
): Promise<void> {
  const ssh = join(folder, 'ssh');
  mkdirSync(ssh);
  const key = join(ssh, 'key');
  await Promise.all([
    makeKey(key),
    ...names.map((name) => writeIdentity(join(folder, name), name)),
  ]);
  copyFileSync(`${key}.pub`, join(ssh, 'authorized_keys'));
  write(join(ssh, 'sshd_config'), [
    ...SSH_PORTS.map((port) => `Port ${port}`),
    `AuthorizedKeysFile ${join(ssh, 'authorized_keys')}`,
    'AuthenticationMethods publickey',
    'PermitRootLogin prohibit-password',
    'StrictModes no',
    'UsePAM no',
    'UseDNS no',
    'PidFile none',
    'PrintMotd no',
    'PrintLastLog no',
    'MaxStartups 200',
    // A login's PATH is that of the system, and Node may be elsewhere.
    `SetEnv PATH=${[...new Set([...SYSTEM_PATH, dirname(process.execPath)])].join(':')}`,
  ]);
  const hosts = names.map((name, index) => ({
    name,
    addresses: [addressOf(bed, index + 1), address6Of(bed, index + 1)],
  }));
  const all = hosts.flatMap(({ name, addresses }) => [name, ...addresses]);
  write(join(ssh, 'ssh_config'), [
    ...hosts.flatMap(({ name, addresses: [address] }) => [`Host ${name}`, `  HostName ${address}`]),
    `Host ${all.join(' ')}`,
    `  IdentityFile ${key}`,
    '  IdentitiesOnly yes',
    `  UserKnownHostsFile ${join(ssh, 'known_hosts')}`,
    '  GlobalKnownHostsFile /dev/null',
    '  StrictHostKeyChecking yes',
    '  BatchMode yes',
    '  User root',
  ]);
  write(
    join(ssh, 'known_hosts'),
    hosts.flatMap(({ name, addresses }) => {
      const [type, text] = readFileSync(join(folder, name, 'host-key.pub'), 'utf8').split(' ');
      const plain = [name, ...addresses];
      const withPorts = plain.flatMap((host) => SSH_PORTS.map((port) => `[${host}]:${port}`));
      return [`${[...plain, ...withPorts].join()} ${type} ${text}`];
    }),
  );
  write(
    join(ssh, 'hostfile'),
    names.map((name) => `${name} slots=${slots}`),
  );
  write(join(folder, 'hosts'), [
    '127.0.0.1 localhost',
    '::1 localhost',
    ...[addressOf(bed), address6Of(bed)].map((address) => `${address} head`),
    ...hosts.flatMap(({ name, addresses }) => addresses.map((address) => `${address} ${name}`)),
  ]);
}

async function writeIdentity(folder: string, name: string): Promise<void> {
  mkdirSync(folder);
  const id = randomUUID();
  write(join(folder, 'hostname'), [name]);
  write(join(folder, 'boot-id'), [id]);
  write(join(folder, 'machine-id'), [id.replaceAll('-', '')]);
  await makeKey(join(folder, 'host-key'));
}

/** Make a key that needs no password. */
export async function makeKey(path: string): Promise<void> {
  await command('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'tsmpi-bed', '-f', path]);
}

function write(path: string, lines: readonly string[]): void {
  writeFileSync(path, `${lines.join('\n')}\n`);
}

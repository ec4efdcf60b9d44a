import { execFileSync, spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, rmSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { delimiter, join } from 'node:path';

/** Programs that hosts and their tests need, and Debian's packages that bring them. */
const PROGRAMS: Readonly<Record<string, string>> = {
  ip: 'iproute2',
  bridge: 'iproute2',
  tc: 'iproute2',
  nsenter: 'util-linux',
  unshare: 'util-linux',
  mount: 'mount',
  hostname: 'hostname',
  bash: 'bash',
  ssh: 'openssh-client',
  'ssh-keygen': 'openssh-client',
  sshd: 'openssh-server',
  slurmctld: 'slurmctld',
  slurmd: 'slurmd',
  srun: 'slurm-client',
  munged: 'munge',
  'mpirun.openmpi': 'openmpi-bin',
  'mpiexec.hydra': 'mpich',
  // Login shells of all kinds: what ssh runs goes through one.
  dash: 'dash',
  zsh: 'zsh',
  fish: 'fish',
  tcsh: 'tcsh',
};

/** Where programs for root are, which PATH need not name. */
const FOLDERS = ['/usr/local/sbin', '/usr/sbin', '/sbin'];

/** Has a package's installation start no service. */
const POLICY = '/usr/sbin/policy-rc.d';

/** Have programs for root be found, by this process and those that it starts. */
export function extendPath(): void {
  const own = (process.env.PATH ?? '').split(delimiter);
  process.env.PATH = [...new Set([...own, ...FOLDERS])].join(delimiter);
}

/**
 * Install what is missing, as far as that can be done.
 *
 * @returns what hinders hosts on this machine, a line each; nothing if they can be made
 */
export function prepare(): string[] {
  if (process.platform !== 'linux') {
    return [`Linux: its namespaces are the hosts, and this is ${process.platform}`];
  }
  if (process.getuid?.() !== 0) {
    return [`root: only root makes networks, and this is ${userInfo().username}; try sudo`];
  }
  const problem = installMissing();
  const missing = findMissing().map(
    (name) => `${name}: apt-get install ${PROGRAMS[name]}${problem ? ` (${problem})` : ''}`,
  );
  return missing.length > 0 ? missing : tryNamespaces();
}

function findMissing(): string[] {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return Object.keys(PROGRAMS).filter(
    (name) => !folders.some((folder) => isProgram(join(folder, name))),
  );
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** @returns why it failed */
function installMissing(): string | undefined {
  const packages = [...new Set(findMissing().map((name) => PROGRAMS[name] ?? name))];
  if (packages.length === 0) return undefined;
  const hasPolicy = existsSync(POLICY);
  // 101 is: do not.
  if (!hasPolicy) writeFileSync(POLICY, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    console.log(`installing ${packages.join(', ')}`);
    const install = ['install', '-y', '-q', '--no-install-recommends', ...packages];
    return aptGet(['update', '-q']) ?? aptGet(install);
  } finally {
    if (!hasPolicy) rmSync(POLICY);
  }
}

/** @returns why it failed */
function aptGet(args: readonly string[]): string | undefined {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const { status, error, stderr } = spawnSync('apt-get', args, { env, encoding: 'utf8' });
  if (status === 0) return undefined;
  const said = stderr?.trim().split('\n').at(-1);
  return `apt-get ${args[0]}: ${error?.message ?? said ?? `exit code ${status}`}`;
}

/** Try what each host is made of. @returns what cannot be had here */
function tryNamespaces(): string[] {
  const name = 'tsbedtry';
  const trials: readonly (readonly [string, ...string[]])[] = [
    ['unshare', '--uts', '--ipc', '--pid', '--mount', '--fork', '--mount-proc', 'true'],
    ['ip', 'netns', 'add', name],
    ['ip', 'link', 'add', name, 'type', 'bridge'],
    ['ip', 'link', 'add', `${name}v`, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', name],
    [
      'tc',
      '-n',
      name,
      'qdisc',
      'add',
      'dev',
      'eth0',
      'root',
      'tbf',
      'rate',
      '1mbit',
      'burst',
      '9k',
      'latency',
      '1ms',
    ],
  ];
  const undo: readonly (readonly [string, ...string[]])[] = [
    ['ip', 'link', 'del', `${name}v`],
    ['ip', 'link', 'del', name],
    ['ip', 'netns', 'del', name],
  ];
  try {
    for (const [file, ...args] of trials) {
      try {
        execFileSync(file, args, { stdio: 'pipe' });
      } catch (error) {
        const said = String((error as { stderr?: Buffer }).stderr ?? error).trim();
        return [`namespaces: ${[file, ...args].join(' ')}: ${said.split('\n')[0]}`];
      }
    }
    return [];
  } finally {
    for (const [file, ...args] of undo) spawnSync(file, args, { stdio: 'ignore' });
  }
}

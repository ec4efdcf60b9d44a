import type { Host } from '../../hosts/host.ts';
import { shown } from '../options/quote.ts';
import { UsageError } from '../options/usage-error.ts';
import { splitQuoted } from '../options/words.ts';
import { quoteLine } from './bootstrap.ts';

/** How commands are started on other hosts: what `--launcher` names. */
export interface RemoteStart {
  /** `ssh`, `slurm`, or the program that a template begins with: for messages. */
  readonly name: string;
  /** The command that runs `argv` on a host, with its own standard streams. */
  commandFor(host: Host, argv: readonly string[]): readonly string[];
}

/** Options that no user's configuration should have to set; what `--ssh-args` says goes before. */
const SSH_OPTIONS: readonly string[] = [
  // Nobody is there to type a password.
  'BatchMode=yes',
  'ConnectTimeout=10',
  'ServerAliveInterval=5',
  'ServerAliveCountMax=3',
  // Another session of the user may hold the ports.
  'ClearAllForwardings=yes',
];

/** ssh, as it is configured for this user. */
export function startBySsh(sshArgs: readonly string[]): RemoteStart {
  const options = SSH_OPTIONS.flatMap((option) => ['-o', option]);
  return {
    name: 'ssh',
    commandFor: ({ name, user, port }, argv) => [
      'ssh',
      ...sshArgs,
      ...options,
      '-T',
      ...(port === undefined ? [] : ['-p', String(port)]),
      ...(user === undefined ? [] : ['-l', user]),
      '--',
      name,
      // ssh joins words with spaces and has the login shell of that host read them.
      quoteLine(argv),
    ],
  };
}

/** What srun takes from the environment, a task's too, and what would change the agent's streams or its host. */
const SRUN_VARIABLES: readonly string[] = [
  'SLURM_LABELIO',
  'SLURM_STDINMODE',
  'SLURM_STDOUTMODE',
  'SLURM_STDERRMODE',
  'SLURM_DISTRIBUTION',
  'SLURM_DIST_PLANESIZE',
];

/** A step of its own in the Slurm allocation that this process is in. */
export function startBySlurm(): RemoteStart {
  return {
    name: 'srun',
    commandFor: ({ name }, argv) => [
      'env',
      ...SRUN_VARIABLES.flatMap((variable) => ['-u', variable]),
      'srun',
      '--overlap',
      '--quiet',
      `--nodelist=${name}`,
      '--nodes=1',
      // Else the number of tasks of the allocation would be taken.
      '--ntasks=1',
      '--ntasks-per-node=1',
      '--chdir=/',
      '--cpu-bind=none',
      '--mpi=none',
      '--unbuffered',
      ...argv,
    ],
  };
}

/**
 * A command of the user's: `kubectl exec -i {host} -- {command}`.
 *
 * A word that is `{command}` becomes as many words as the command has. Within a longer word or between quotes, as in
 * `sh -c "{command}"`, it becomes the command as a shell reads it. `{host}`, `{user}` and `{port}` are
 * filled in wherever they stand. No shell reads the template itself.
 *
 * @throws UsageError if it is none
 */
export function startByTemplate(template: string): RemoteStart {
  const words = splitQuoted('--launcher', template);
  const [first] = words;
  if (first === undefined || !words.some(({ text }) => text.includes('{command}'))) {
    throw new UsageError(
      `--launcher ${shown(template)}: give ssh, slurm, or a command with {command} in it, as 'kubectl exec -i {host} -- {command}'`,
    );
  }
  return {
    name: first.text,
    commandFor: (host, argv) =>
      words.flatMap(({ text, quoted }) =>
        text === '{command}' && !quoted ? argv : [fillIn(text, host, argv)],
      ),
  };
}

function fillIn(text: string, { name, user, port }: Host, argv: readonly string[]): string {
  return text.replace(/\{(host|user|port|command)\}/g, (_, what: string) => {
    if (what === 'host') return name;
    if (what === 'user') return user ?? '';
    if (what === 'port') return port === undefined ? '' : String(port);
    return quoteLine(argv);
  });
}

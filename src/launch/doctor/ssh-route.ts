import { execFile } from 'node:child_process';
import type { Host } from '../../hosts/host.ts';
import type { RemoteStart } from '../remote/command.ts';
import { typed } from './by-hand.ts';
import type { Trouble } from './outcome.ts';

/** Where ssh goes to reach a host. */
export interface SshRoute {
  readonly hostname: string;
  readonly port: number;
  /** 4 or 6 if only such addresses count, else 0. */
  readonly family: 0 | 4 | 6;
  /** So long it waits for a connection. */
  readonly patienceMs: number;
  /** Another host, or a command, makes the connection. */
  readonly byProxy: boolean;
}

/** What we tell ssh, unless its configuration knows better. */
const CONNECT_SECONDS = 10;

/** A configuration may ask commands of the user's, and these take their time. */
const PATIENCE_MS = 10_000;

/** Ask ssh itself where it goes, as only it knows its configuration. */
export async function findSshRoute(ssh: RemoteStart, host: Host): Promise<SshRoute | Trouble> {
  const [file = 'ssh', ...words] = ssh.commandFor(host, []);
  const args = ['-G', ...words.slice(0, -1)];
  const { output, failure } = await run(file, args);
  if (failure === undefined) return readSshRoute(output);
  return {
    result: 'failed',
    problem: failure,
    command: typed([file, ...args]),
    remedy: failure.includes('no program')
      ? 'install the ssh client (openssh-client), or reach hosts in another way with --launcher'
      : 'mend --ssh-args, or the configuration of ssh that it names',
  };
}

/** Read what `ssh -G` prints. */
export function readSshRoute(output: string): SshRoute {
  const settings = new Map<string, string>();
  for (const line of output.split('\n')) {
    const [, name = '', value = ''] = /^(\S+) (.*?)\r?$/.exec(line) ?? [];
    if (!settings.has(name)) settings.set(name, value);
  }
  const isSet = (name: string): boolean => (settings.get(name) ?? 'none').toLowerCase() !== 'none';
  const family = settings.get('addressfamily');
  return {
    hostname: settings.get('hostname') ?? '',
    port: Number(settings.get('port') ?? 22),
    family: family === 'inet' ? 4 : family === 'inet6' ? 6 : 0,
    patienceMs: 1000 * (Number(settings.get('connecttimeout')) || CONNECT_SECONDS),
    byProxy: isSet('proxyjump') || isSet('proxycommand'),
  };
}

function run(
  file: string,
  args: readonly string[],
): Promise<{ readonly output: string; readonly failure?: string | undefined }> {
  return new Promise((resolve) => {
    const options = { timeout: PATIENCE_MS, killSignal: 'SIGKILL' } as const;
    const child = execFile(file, args, options, (error, stdout, stderr) => {
      if (error === null) return resolve({ output: stdout });
      const said = stderr.trim().split('\n').slice(-2).join('; ');
      const { code, killed } = error;
      const failure =
        (code as unknown) === 'ENOENT'
          ? `there is no program ${file}`
          : killed === true
            ? `ssh did not say within ${PATIENCE_MS / 1000} s where it goes`
            : `ssh does not say where it goes: ${said}`;
      resolve({ output: '', failure });
    });
    child.stdin?.end();
  });
}

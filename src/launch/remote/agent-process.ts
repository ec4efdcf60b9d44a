import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { PassThrough, type Readable, type Writable } from 'node:stream';
import { signalGroup } from '../start/process-group.ts';
import type { Warden } from '../start/warden.ts';

/** A command that runs and stands for a process on another host. */
export interface RemoteProcess {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Says how it ended, as one would after its name: `ended with exit code 255`. Never rejects. */
  readonly ended: Promise<string>;
  /** End it and what it has started. Once it has ended this changes nothing. */
  kill(): void;
}

/**
 * Run a command of this host.
 *
 * It leads a session of its own, so that Ctrl-C reaches it only through us, and the warden ends it with us.
 */
export function runHere(command: readonly string[], warden: Warden): RemoteProcess {
  const [file = '', ...args] = command;
  warden.expect();
  let child: ChildProcess;
  try {
    child = spawn(file, args, {
      detached: true,
      env: { ...process.env, ...warden.env },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
  } catch (error) {
    return neverStarted(reasonOf(file, error));
  }
  const { stdin, stdout, stderr, pid } = child;
  if (pid === undefined || stdin === null || stdout === null || stderr === null) {
    const ended = once(child, 'error').then(([error]) => reasonOf(file, error));
    return { ...neverStarted(''), ended };
  }
  // Of srun that is killed the host is told late, or never.
  warden.add(pid, true);
  for (const broken of [child, stdin, stdout, stderr]) broken.on('error', () => {});
  let over = false;
  const kill = (): void => {
    if (!over) signalGroup(pid, 'SIGKILL');
  };
  const ended = once(child, 'exit').then(([code, signal]) => {
    // While any of its group is left the number is nobody else's, and after that it may be a stranger's.
    kill();
    over = true;
    warden.remove(pid);
    return signal === null ? `ended with exit code ${code}` : `was killed by ${signal}`;
  });
  return { stdin, stdout, stderr, ended, kill };
}

function neverStarted(reason: string): RemoteProcess {
  const empty = (): PassThrough => new PassThrough().end();
  return {
    stdin: new PassThrough(),
    stdout: empty(),
    stderr: empty(),
    ended: Promise.resolve(reason),
    kill: () => {},
  };
}

function reasonOf(file: string, error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOENT') return `cannot be run: there is no program ${file}`;
  return `cannot be run: ${code ?? message}`;
}

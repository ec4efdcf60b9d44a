import { type ChildProcess, execFile } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import test, { type ExecutionContext } from 'ava';

const canFakeTerminal = ['/proc/self/stat', '/usr/bin/script', '/bin/bash'].every(existsSync);

/** A test that needs a terminal. */
export const withTerminal: typeof test | typeof test.skip = canFakeTerminal ? test : test.skip;

/** Why it is skipped, for its title. */
export const terminalReason: string = canFakeTerminal
  ? ''
  : ' (skipped: needs Linux, bash and script(1) for a terminal)';

/** Run a command of bash on a terminal of its own, at which `typed` is typed. */
export async function onTerminal(
  t: ExecutionContext,
  command: string,
  typed: string,
  node: string,
  args: readonly string[],
): Promise<string> {
  const words = args.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');
  const line = `set -- ${words}; ${command}`;
  const child = execFile(
    'script',
    ['-qec', `bash -c '${line.replaceAll("'", "'\\''")}'`, '/dev/null'],
    {
      env: { ...process.env, NODE: node },
    },
  );
  t.teardown(() => child.kill('SIGKILL'));
  child.stdin?.write(typed);
  return textOf(child);
}

/** All that a program writes to its standard output until it ends. */
export async function textOf(child: ChildProcess): Promise<string> {
  let text = '';
  child.stdout?.on('data', (chunk) => {
    text += chunk;
  });
  await once(child, 'close');
  return text;
}

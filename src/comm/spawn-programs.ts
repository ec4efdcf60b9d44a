import { show } from '../base/show.ts';
import type { SpawnProgram } from '../control/message.ts';
import { type Caller, wrong } from '../pt2pt/check.ts';

/** How a program is started. */
export interface SpawnSettings {
  /** How many processes run it; 1 if left out. */
  readonly n?: number | undefined;
  /** Its arguments, handed on as they are. */
  readonly args?: readonly string[] | undefined;
  /** Added to the environment that ranks have. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** The folder that it runs in; that of the job if left out. */
  readonly wdir?: string | URL | undefined;
  /** The hosts that it may run on, as `-H` takes them; left out: those of the job with the most room. */
  readonly hosts?: string | readonly string[] | undefined;
}

/** One of several programs that are spawned together. What it leaves out is as the options say. */
export interface SpawnPart extends SpawnSettings {
  readonly program: string | URL;
}

const CALL = 'spawn';

/** Makes the error about a wrong argument. */
type Refuse = (text: string) => Error;

/**
 * List what is to be started, in full.
 *
 * @throws MpiError `ERR_ARG` for arguments that cannot be meant
 */
export function programsOf(
  caller: Caller,
  program: string | URL | readonly SpawnPart[],
  options: SpawnSettings,
): SpawnProgram[] {
  const refuse: Refuse = (text) => wrong(caller, CALL, 'ERR_ARG', text);
  if (!Array.isArray(program)) return [programOf(refuse, '', program as string | URL, options)];
  if (program.length === 0) throw refuse('the list of programs is empty; name one at least');
  return Array.from(program as readonly SpawnPart[], (part, at) => {
    if (typeof part !== 'object' || part === null || part instanceof URL) {
      const text = `programs[${at}] must be an object such as { program: 'child.ts', n: 2 }, not ${show(part)}`;
      throw refuse(text);
    }
    return programOf(refuse, `programs[${at}]: `, part.program, { ...options, ...part });
  });
}

function programOf(
  refuse: Refuse,
  where: string,
  program: string | URL,
  { n = 1, args = [], env = {}, wdir, hosts }: SpawnSettings,
): SpawnProgram {
  const say: Refuse = (text) => refuse(`${where}${text}`);
  if (!Number.isInteger(n) || n < 1) throw say(`n must be an integer from 1, not ${show(n)}`);
  return {
    program: placeOf(say, 'the program', "'child.ts'", program),
    n,
    args: argsOf(say, args),
    env: envOf(say, env),
    wdir: wdir === undefined ? undefined : placeOf(say, 'wdir', "'/tmp'", wdir),
    hosts: hosts === undefined ? undefined : hostsOf(say, hosts),
  };
}

function placeOf(say: Refuse, what: string, example: string, place: string | URL): string {
  if (place instanceof URL) {
    if (place.protocol === 'file:') return place.href;
    throw say(
      `${what} must be a file, not ${place.href}; for a path beside the calling module, write new URL('child.ts', import.meta.url)`,
    );
  }
  if (typeof place !== 'string' || place === '') {
    throw say(`${what} must be a path such as ${example}, or a file URL, not ${show(place)}`);
  }
  return textOf(say, what, place);
}

function argsOf(say: Refuse, args: readonly string[]): string[] {
  if (!Array.isArray(args)) {
    throw say(`args must be an array of strings such as ['--fast', 'a b'], not ${show(args)}`);
  }
  return Array.from(args as readonly string[], (arg, at) => {
    if (typeof arg === 'string') return textOf(say, `args[${at}]`, arg);
    throw say(`args[${at}] must be a string, not ${show(arg)}; turn it into one by String()`);
  });
}

function envOf(say: Refuse, env: Readonly<Record<string, string>>): Record<string, string> {
  if (typeof env !== 'object' || env === null || Array.isArray(env)) {
    throw say(`env must be an object such as { LEVEL: '3' }, not ${show(env)}`);
  }
  const checked = Object.entries(env).map(([name, value]) => {
    if (name === '' || name.includes('=')) {
      throw say(
        `env has the name ${show(name)}, and the system takes none that is empty or has a =`,
      );
    }
    if (typeof value === 'string')
      return [textOf(say, 'env', name), textOf(say, `env.${name}`, value)];
    throw say(`env.${name} must be a string, not ${show(value)}; turn it into one by String()`);
  });
  return Object.fromEntries(checked) as Record<string, string>;
}

/** Check where something may run. @returns the hosts as `-H` takes them */
export function hostsOf(say: Refuse, hosts: string | readonly string[]): string {
  const list = typeof hosts === 'string' ? [hosts] : hosts;
  const isList = Array.isArray(list) && list.length > 0;
  if (isList && list.every((host) => typeof host === 'string' && host !== '')) {
    return textOf(say, 'hosts', list.join(','));
  }
  throw say(
    `hosts must be a list as -H takes it, 'host1:4,host2', or an array of such, not ${show(hosts)}`,
  );
}

/** The system ends its texts with a null character, and would drop what comes behind it. */
function textOf(say: Refuse, what: string, text: string): string {
  if (!text.includes('\0')) return text;
  throw say(`${what} has a null character in it, which the system cannot hand on`);
}

import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ownInstallation } from '../launch/installation.ts';
import { shellWord } from '../launch/options/quote.ts';
import type { Series } from './options.ts';

/** A program that was started for a benchmark ended badly. */
export class CallFailed extends Error {
  override readonly name = 'CallFailed';
}

/** Where the programs of the benchmarks run. */
export interface Surroundings {
  readonly env: NodeJS.ProcessEnv;
  /** A folder for what they leave. */
  readonly folder: string;
  /** Ends whatever runs. */
  readonly signal: AbortSignal;
}

/** How a program ended well. */
export interface Called {
  readonly ms: number;
  readonly stdout: string;
}

/** The path of a file of this package as it is shipped. */
function shipped(path: string): string {
  return fileURLToPath(new URL(path, ownInstallation().library));
}

/** How a call may differ from the plain one. */
export interface CallOptions {
  /** A name for the folder with what tsrun has compiled. */
  readonly cache?: string;
  /** Told whenever there is more output. */
  readonly onOutput?: () => void;
}

/** Run one of the rank programs of the benchmarks by tsrun. */
export function callTsrun(
  series: Series,
  ranks: number,
  [program, ...args]: readonly [program: string, ...args: string[]],
  { env, folder, signal }: Surroundings,
  { cache = 'warm', onOutput = () => {} }: CallOptions = {},
): Promise<Called> {
  const file = shipped(`bench/${program}.js`);
  const command = [shipped('bin/tsrun.js'), '-n', String(ranks), ...series.args, file, ...args];
  return callNode(command, { ...env, XDG_CACHE_HOME: join(folder, cache) }, signal, onOutput);
}

/** Run one of the rank programs of the benchmarks by plain Node. */
export function callPlain(
  [program, ...args]: readonly [program: string, ...args: string[]],
  { env, folder, signal }: Surroundings,
): Promise<Called> {
  const command = [shipped(`bench/${program}.js`), ...args];
  return callNode(command, { ...env, XDG_CACHE_HOME: join(folder, 'warm') }, signal);
}

/**
 * Run Node to its end and measure how long that took.
 *
 * @throws CallFailed if it did not end well
 */
export async function callNode(
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
  onOutput: () => void = () => {},
): Promise<Called> {
  const start = performance.now();
  const child = spawn(process.execPath, args, {
    env,
    signal,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let stdout = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    onOutput();
  });
  let failure: Error | undefined;
  child.on('error', (error) => {
    failure = error;
  });
  // Even if it is told to end it is waited for: it may have ranks of its own to end.
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  const ms = performance.now() - start;
  if (failure === undefined && code === 0) return { ms, stdout };
  const how = failure === undefined ? `ended with code ${code}` : `failed: ${failure.message}`;
  throw new CallFailed(`node ${args.map(shellWord).join(' ')} ${how}`);
}

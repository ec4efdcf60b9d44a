import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { ProgressLine, terminalOf } from '../base/progress-line.ts';
import { ownInstallation, versionOf } from '../launch/installation.ts';
import { UsageError } from '../launch/options/usage-error.ts';
import { CallFailed } from './call.ts';
import { OptionError } from './names.ts';
import { type BenchOptions, parseBenchOptions } from './options.ts';
import { describeReport, makeReport, type Report } from './report.ts';
import { measureAll } from './rounds.ts';
import { chooseSteps } from './steps.ts';
import { tables } from './tables.ts';
import { showTables } from './text.ts';
import { checkWritable, writeResults } from './write.ts';

const USAGE_EXIT_CODE = 2;
/** As if killed by SIGPIPE: nobody reads our output any more. */
const PIPE_EXIT_CODE = 141;

/** What ends the benchmarks early, and the exit code of that. */
const SIGNALS = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

/**
 * tsrun bench: read the options, measure, print a table, write files.
 *
 * @param argv  what was typed behind `tsrun bench`
 * @returns the exit code
 */
export async function bench(argv: readonly string[], process: NodeJS.Process): Promise<number> {
  const version = versionOf(ownInstallation());
  const abort = new AbortController();
  let exitCode = 0;
  const end = (code: number): void => {
    exitCode ||= code;
    abort.abort();
  };
  for (const [signal, code] of Object.entries(SIGNALS)) process.on(signal, () => end(code));
  process.stdout.on('error', () => end(PIPE_EXIT_CODE));
  try {
    const here = { cwd: process.cwd(), host: hostname(), cores: availableParallelism() };
    const context = { version, ...here, env: process.env };
    const command = parseBenchOptions(argv, context);
    if (command.kind === 'print') {
      process.stdout.write(command.text);
      return 0;
    }
    checkWritable(command.options);
    const report = await run(command.options, version, abort.signal, process);
    process.stdout.write(`${showTables(tables(report))}\n`);
    writeResults(command.options, report);
  } catch (error) {
    // Told to end, it may fail in any way.
    if (exitCode !== 0) return exitCode;
    const mistyped = error instanceof OptionError || error instanceof UsageError;
    if (!mistyped && !(error instanceof CallFailed)) throw error;
    process.stderr.write(`tsrun bench: ${error.message}\n`);
    return mistyped ? USAGE_EXIT_CODE : 1;
  }
  return exitCode;
}

async function run(
  options: BenchOptions,
  version: string,
  signal: AbortSignal,
  { env, stdout, stderr }: NodeJS.Process,
): Promise<Report> {
  // Neither does the user's cache help, nor is it filled.
  const folder = mkdtempSync(join(tmpdir(), 'tsmpi-bench-'));
  const started = makeReport(options, version);
  stdout.write(`${describeReport(started).join('\n')}\n\n`);
  const progress = new ProgressLine(terminalOf(stderr));
  try {
    const steps = chooseSteps(options, { env, folder, signal });
    const measurements = await measureAll(steps, options, (text) => progress.show(text));
    return { ...started, measurements };
  } finally {
    progress.clear();
    rmSync(folder, { recursive: true, force: true });
  }
}

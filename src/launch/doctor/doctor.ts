import { readFileSync } from 'node:fs';
import { availableParallelism, hostname } from 'node:os';
import { join } from 'node:path';
import { ProgressLine, terminalOf } from '../../base/progress-line.ts';
import { launcherFor } from '../allocation.ts';
import { type Installation, ownInstallation, versionOf } from '../installation.ts';
import { UsageError } from '../options/usage-error.ts';
import { bootstrapCommand } from '../remote/bootstrap.ts';
import { startFor } from '../remote/start-for.ts';
import { startWarden } from '../start/warden.ts';
import { HostExamination } from './examine-host.ts';
import { type DoctorOptions, parseDoctorOptions } from './options.ts';
import { allIsWell, type HostReport } from './outcome.ts';
import { examinePorts } from './ports.ts';
import { jsonOf, showReports } from './show.ts';

const USAGE_EXIT_CODE = 2;

/**
 * tsrun doctor: read the options, go the way of a job to each host, and tell where it ends.
 *
 * @param argv  what was typed behind `tsrun doctor`
 * @returns the exit code
 */
export async function doctor(argv: readonly string[], process: NodeJS.Process): Promise<number> {
  const { stdout, stderr } = process;
  // Who reads no more still gets the exit code.
  stdout.on('error', () => {});
  try {
    const installation = ownInstallation();
    const command = parseDoctorOptions(argv, {
      version: versionOf(installation),
      cwd: process.cwd(),
      host: hostname(),
      cores: availableParallelism(),
      env: process.env,
    });
    if (command.kind === 'print') {
      stdout.write(command.text);
      return 0;
    }
    const { options } = command;
    const progress = new Progress(stderr, options.allocation.hosts.length);
    const reports = await examine(options, installation, progress);
    stdout.write(options.json ? jsonOf(reports) : showReports(reports));
    return allIsWell(reports) ? 0 : 1;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    stderr.write(`tsrun doctor: ${error.message}\n`);
    return USAGE_EXIT_CODE;
  }
}

/** @throws UsageError if the options make no sense together */
async function examine(
  options: DoctorOptions,
  installation: Installation,
  progress: Progress,
): Promise<readonly HostReport[]> {
  const { allocation, node, interfaces, portRange, hostTimeoutSeconds } = options;
  const { sshArgs } = options;
  // What cannot be meant is told before anything is started.
  bootstrapCommand(node);
  const launcher = launcherFor(options, allocation);
  const tools = {
    startFor: startFor({ launcher, sshArgs }, hostname()),
    bySsh: launcher === undefined || launcher === 'ssh',
    node,
    hostTimeoutMs: hostTimeoutSeconds * 1000,
    agentCode: readFileSync(join(installation.root, 'dist/bin/agent.cjs'), 'utf8'),
    root: installation.root,
    warden: startWarden(),
  };
  const all = allocation.hosts.map((host) => new HostExamination(host, tools));
  try {
    const running = all.map(async (examination) => {
      await examination.run();
      progress.examined();
    });
    await Promise.all(running);
    await examinePorts(all, { interfaces, portRange });
  } finally {
    progress.done();
    await Promise.all(all.map((examination) => examination.close()));
    tools.warden.end();
  }
  return all.map(({ host, startName, outcomes }) => ({ host: host.name, startName, outcomes }));
}

/** Shows how many hosts have been examined, where somebody looks at it. */
class Progress {
  readonly #line: ProgressLine;
  readonly #hosts: number;
  #examined = 0;

  constructor(stderr: NodeJS.WriteStream, hosts: number) {
    this.#line = new ProgressLine(terminalOf(stderr));
    this.#hosts = hosts;
    this.#line.show(`examining ${hosts} ${hosts === 1 ? 'host' : 'hosts'}`);
  }

  examined(): void {
    this.#examined += 1;
    this.#line.show(`${this.#examined} of ${this.#hosts} hosts are examined`);
  }

  done(): void {
    this.#line.clear();
  }
}

import { availableParallelism, hostname } from 'node:os';
import type { ForeignRank } from '../../base/foreign-rank.ts';
import { CompileError } from '../compile/compile.ts';
import { compileAll, USAGE_EXIT_CODE } from '../cli.ts';
import { openHost } from '../host.ts';
import { type Installation, versionOf } from '../installation.ts';
import type { JobContext } from '../job-context.ts';
import { makeKeys } from '../keys.ts';
import { type JobOptions, UsageError } from '../options.ts';
import { runAndForward } from '../run-job.ts';
import { startLocally } from '../start/local.ts';
import type { Starter } from '../start/start.ts';
import type { RunningJob } from '../supervise.ts';
import { Gathering } from './gathering.ts';
import { describeMissing, patienceMs } from './missing.ts';
import { MeetingError, type MeetingPlace, sweep } from './place.ts';
import { together } from './processors.ts';
import type { Member } from './protocol.ts';

/** What the process of rank 0 knows before it has met the others. */
export interface LeadContext {
  readonly foreign: ForeignRank;
  readonly job: JobOptions;
  readonly installation: Installation;
  readonly place: MeetingPlace;
  readonly process: NodeJS.Process;
}

/** Exit codes of a job that a signal to another rank's process ends. */
const SIGNAL_EXIT_CODES: Readonly<Record<string, number>> = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 };

/** A signal that all processes get is here by then. */
const OWN_SIGNAL_MS = 50;

/**
 * Gather the ranks of a job that are all on this host, and see the job to its end.
 *
 * @returns the exit code
 * @throws UsageError, CompileError or MeetingError, when the others have been let go
 */
export async function lead(context: LeadContext): Promise<number> {
  const gathered = new LocalJob(context);
  try {
    const exitCode = await gathered.run();
    await gathered.over(exitCode);
    return exitCode;
  } catch (error) {
    if (error instanceof MeetingError) await gathered.over(1, error.message);
    else if (error instanceof UsageError || error instanceof CompileError) {
      await gathered.over(USAGE_EXIT_CODE);
    }
    throw error;
  }
}

class LocalJob {
  readonly #context: LeadContext;
  readonly #members = new Map<number, Member>();
  readonly #gathering: Gathering;
  readonly #allHere: Promise<void>;
  #onAllHere: () => void = () => {};
  #onFailure: (error: Error) => void = () => {};
  #running: RunningJob | undefined;
  /** A signal came to another rank's process. */
  #asked = false;
  /** One came to this process. */
  #signalled = false;

  constructor(context: LeadContext) {
    this.#context = context;
    this.#allHere = new Promise((resolve, reject) => {
      this.#onAllHere = resolve;
      this.#onFailure = reject;
    });
    this.#allHere.catch(() => {});
    const { place, foreign } = context;
    this.#gathering = new Gathering(place, foreign.size, {
      onHere: (member) => this.#take(member),
      onStop: (rank, signal) => this.#stop(rank, signal),
      onLost: (rank) => {
        this.#onFailure(new MeetingError(`tsrun join of rank ${rank} ended before all ranks had met`));
      },
    });
  }

  async over(exitCode: number, text?: string): Promise<void> {
    await this.#gathering.over(exitCode, text);
  }

  async run(): Promise<number> {
    const { foreign, job, installation, process } = this.#context;
    const { size } = foreign;
    const wait = patienceMs(foreign);
    const timer = setTimeout(() => {
      const here = [...this.#members.keys()];
      this.#onFailure(new MeetingError(describeMissing(foreign, hostname(), here, wait)));
    }, wait);
    await this.#allHere.finally(() => clearTimeout(timer));
    this.#gathering.stopLooking();
    void sweep().catch(() => {});
    const members = [...this.#members.values()].sort((a, b) => a.rank - b.rank);
    const verbose = (text: string): void => {
      if (job.verbose) process.stderr.write(`tsrun: ${text}\n`);
    };
    const compiled = await compileAll(members, { installation, verbose });
    const { eagerBytes, transports } = job;
    const common: JobContext['common'] = {
      size,
      eagerBytes: eagerBytes === Number.POSITIVE_INFINITY ? -1 : eagerBytes,
      choices: job.choices,
      check: job.check,
      keys: transports.includes('zeromq-tcp') ? makeKeys() : undefined,
    };
    const local = startLocally({ verbose });
    const host = openHost(
      {
        common,
        ranks: members.map((member) => ({
          ...member,
          compiled: compiled.get(member.program) ?? member.program,
          stdin: 'null',
        })),
        transports,
        wait: job.wait,
        installation,
        elsewhere: {
          processors: together(
            members.map(({ processors }) => processors),
            availableParallelism(),
          ),
        },
      },
      local,
      process,
    );
    if (host.fallback !== '' && !job.quiet) process.stderr.write(`tsrun: ${host.fallback}\n`);
    verbose(`${size} ranks that ${foreign.launcher} started on ${hostname()}, ${host.transport}`);
    const starter: Starter = {
      atOnce: true,
      start: (command, onMessage) => this.#gathering.start(command, onMessage),
      close: () => local.close(),
    };
    try {
      return await runAndForward(
        {
          options: job,
          commands: host.commands,
          starter,
          hostOf: () => hostname(),
          cwd: process.cwd(),
        },
        process,
        (running) => {
          this.#running = running;
          for (const signal of Object.keys(SIGNAL_EXIT_CODES)) {
            process.once(signal, () => {
              this.#signalled = true;
            });
          }
        },
      );
    } finally {
      host.close();
    }
  }

  #take(member: Member): void {
    const { installation, foreign } = this.#context;
    const version = versionOf(installation);
    if (member.version !== version) {
      this.#onFailure(
        new MeetingError(
          `rank ${member.rank} was started with tsmpi ${member.version}, rank 0 with ${version}: install one version for all`,
        ),
      );
    }
    this.#members.set(member.rank, member);
    if (this.#members.size === foreign.size) this.#onAllHere();
  }

  /** Another rank's process got a signal. Usually all do, this one too, which then knows by itself what to do. */
  #stop(rank: number, signal: NodeJS.Signals): void {
    if (this.#asked) return;
    this.#asked = true;
    setTimeout(() => {
      if (this.#signalled) return;
      const text = `tsrun join of rank ${rank} got ${signal}; ending the ranks`;
      if (this.#running === undefined) this.#onFailure(new MeetingError(text));
      else this.#running.stop(SIGNAL_EXIT_CODES[signal] ?? 1, `tsrun: ${text}`);
    }, OWN_SIGNAL_MS);
  }
}

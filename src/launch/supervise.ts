import { finished } from 'node:stream/promises';
import { listenForSignals } from './signals.ts';
import type { StartedRank, Starter } from './start/start.ts';
import type { JobEffects } from './supervise/effects.ts';
import type { LostHost } from './supervise/failure.ts';
import { Job } from './supervise/job.ts';
import type { SuperviseOptions } from './supervise/options.ts';

/** What the rest of the launcher does for a running job. */
export interface JobHooks {
  /**
   * A rank runs: read its output and feed its input from here on.
   *
   * Somebody must read both streams to their end, as a job is not over while they are open.
   */
  onStarted(rank: StartedRank): void;
  /**
   * The rank is gone and so is its output, but for descendants of it that hold the streams open:
   * pass on what can be read without waiting, then let go of them.
   */
  abandon(rank: number): void;
  /** Show one or more lines on standard error. The final newline is yet to be added. */
  note(text: string): void;
  /** The last lines that the rank wrote to its standard error. */
  tail(rank: number): readonly string[];
}

/** A job under way. */
export interface RunningJob {
  /** Resolves once nothing of the job is left. Never rejects. */
  readonly exitCode: Promise<number>;
  /** End the job quickly for a reason outside of it: `stop(141)` when standard output is closed. */
  stop(exitCode: number, text?: string): void;
  /**
   * A host is lost, and has been let go of; to be said before the starter says how its ranks ended.
   *
   * Their failure is this one: whatever is said of them later is not reported.
   */
  hostLost(host: LostHost): void;
}

/** Timers of Node count in 31 bits; a longer one would fire at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/**
 * Start one rank for each command, and watch over them until nothing of them is left.
 *
 * Takes over the signals of this process meanwhile, and closes the starter at the end.
 *
 * @param commands  in rank order, as many as `options.size`
 */
export function runJob<Command extends { readonly rank: number }>(
  options: SuperviseOptions,
  commands: readonly NoInfer<Command>[],
  starter: Starter<Command>,
  hooks: JobHooks,
): RunningJob {
  const ranks: StartedRank[] = [];
  let onDone: (exitCode: number) => void = () => {};
  const done = new Promise<number>((resolve) => {
    onDone = resolve;
  });
  const effects: JobEffects = {
    now: () => performance.now(),
    setTimer,
    send: (rank, message) => ranks[rank]?.send(message),
    kill: (rank, signal) => ranks[rank]?.kill(signal),
    alive: (rank) => ranks[rank]?.alive() ?? false,
    tail: (rank) => hooks.tail(rank),
    abandon: (rank) => {
      const started = ranks[rank];
      if (started?.abandon === undefined) hooks.abandon(rank);
      else started.abandon();
    },
    note: (text) => hooks.note(text),
    suspend: () => {
      starter.suspend?.(true);
      // SIGTSTP itself is listened to, so it would not stop anybody.
      process.kill(process.pid, 'SIGSTOP');
      starter.suspend?.(false);
    },
    done: (exitCode) => onDone(exitCode),
  };
  const job = new Job(options, effects);
  const stopListening = listenForSignals((signal) => job.signal(signal));
  const start = async (command: Command): Promise<void> => {
    const { rank } = command;
    if (job.ending) return job.notStarted(rank);
    let started: StartedRank;
    try {
      started = await starter.start(command, (message) => job.message(rank, message));
    } catch (error) {
      return job.notStarted(rank, error instanceof Error ? error : new Error(String(error)));
    }
    ranks[rank] = started;
    job.started(rank, started.pid);
    hooks.onStarted(started);
    started.ended.then((end) => job.ended(rank, end)).catch(fatal);
    outputEnd(started)
      .then(() => job.outputClosed(rank))
      .catch(fatal);
  };
  const startAll = async (): Promise<void> => {
    if (starter.atOnce === true) await Promise.all(commands.map(start));
    else for (const command of commands) await start(command);
  };
  startAll().catch(fatal);
  const exitCode = done.then(async (code) => {
    // In this order, as an impatient user may go on pressing Ctrl-C.
    await starter.close();
    stopListening();
    return code;
  });
  return {
    exitCode,
    stop: (code, text) => job.stop(code, text),
    hostLost: (host) => job.hostLost(host),
  };
}

async function outputEnd({ stdout, stderr }: StartedRank): Promise<void> {
  // However a stream ends, nothing more will come of it.
  const readOnly = { writable: false };
  await Promise.allSettled([finished(stdout, readOnly), finished(stderr, readOnly)]);
}

/** Let a mistake of ours end the launcher, and with it the ranks by the warden. */
function fatal(error: unknown): void {
  process.nextTick(() => {
    throw error;
  });
}

function setTimer(ms: number, run: () => void): () => void {
  let timer: NodeJS.Timeout;
  const wait = (left: number): void => {
    const step = Math.min(left, MAX_TIMER_MS);
    timer = setTimeout(() => (left > step ? wait(left - step) : run()), step);
  };
  wait(ms);
  return () => clearTimeout(timer);
}

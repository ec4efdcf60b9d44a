import { finished } from 'node:stream/promises';
import { listenForSignals } from './signals.ts';
import type { StartedRank, Starter } from './start/start.ts';
import type { JobEffects, ReserveRequest, SpawnRequest } from './supervise/effects.ts';
import type { LostHost } from './supervise/failure.ts';
import type { Growth } from './supervise/growth.ts';
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
  /** Show how far a rank has come, for now or for good. Left out: it is not shown. */
  progress?(rank: number, text: string, kept: boolean): void;
  /** The last lines that the rank wrote to its standard error. */
  tail(rank: number): readonly string[];
  /**
   * A rank asks for more processes: get them ready, and answer by `grow` or `notSpawned`. Left out: this job cannot grow.
   */
  spawn?(rank: number, request: SpawnRequest): void;
  /** A rank asks for numbers for processes of another job: answer by `reserve`, in turn with `grow`. Left out: as for `spawn`. */
  reserve?(rank: number, request: ReserveRequest): void;
}

/** A job under way. */
export interface RunningJob<Command = { readonly rank: number }> {
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
  /** How many processes it has had; the next ones have the numbers from this on. */
  readonly size: number;
  /** Tell whether a process has ended; what it left behind may still run. */
  ended(rank: number): boolean;
  /**
   * Start what a rank has asked for.
   *
   * @param commands  in the order of their ranks, which are the next
   * @returns what resolves once each was started, or could not be; undefined if none is wanted any more
   */
  grow(growth: Growth, commands: readonly Command[]): Promise<void> | undefined;
  /** Give a rank the numbers that it has asked for. @returns whether they are wanted still */
  reserve(rank: number, request: ReserveRequest): boolean;
  /** Tell a rank that it cannot have what it asked for. */
  notSpawned(rank: number, id: number, reason: string): void;
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
): RunningJob<Command> {
  const ranks: StartedRank[] = [];
  let onDone: (exitCode: number) => void = () => {};
  const done = new Promise<number>((resolve) => {
    onDone = resolve;
  });
  const effects: JobEffects = {
    now: () => performance.now(),
    setTimer,
    send: (rank, message) => ranks[rank]?.send(message),
    spawn: (rank, request) => {
      if (hooks.spawn === undefined) job.notSpawned(rank, request.id, 'this job cannot grow');
      else hooks.spawn(rank, request);
    },
    reserve: (rank, request) => {
      if (hooks.reserve === undefined) job.notSpawned(rank, request.id, 'this job cannot grow');
      else hooks.reserve(rank, request);
    },
    kill: (rank, signal) => ranks[rank]?.kill(signal),
    alive: (rank) => ranks[rank]?.alive() ?? false,
    tail: (rank) => hooks.tail(rank),
    abandon: (rank) => {
      const started = ranks[rank];
      if (started?.abandon === undefined) hooks.abandon(rank);
      else started.abandon();
    },
    progress: (rank, text, kept) => hooks.progress?.(rank, text, kept),
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
    if (!job.wants(rank)) return job.notStarted(rank);
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
  const startAll = async (all: readonly Command[]): Promise<void> => {
    if (starter.atOnce === true) await Promise.all(all.map(start));
    else for (const command of all) await start(command);
  };
  startAll(commands).catch(fatal);
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
    get size() {
      return job.size;
    },
    ended: (rank) => job.hasEnded(rank),
    grow: (growth, more) => {
      if (!job.grow(growth)) return undefined;
      const starting = startAll(more);
      starting.catch(fatal);
      return starting;
    },
    reserve: (rank, request) => job.reserve(rank, request),
    notSpawned: (rank, id, reason) => job.notSpawned(rank, id, reason),
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

import { Input } from './forward/input.ts';
import { Output } from './forward/output.ts';
import type { Grower } from './grow/grower.ts';
import type { JobOptions } from './options.ts';
import type { Starter } from './start/start.ts';
import { type RunningJob, runJob } from './supervise.ts';

/** As if killed by SIGPIPE: nobody reads our output any more. */
const PIPE_EXIT_CODE = 141;

/** A job whose ranks can be started. */
export interface ReadyJob<Command extends { readonly rank: number }> {
  readonly options: JobOptions;
  /** In rank order. */
  readonly commands: readonly Command[];
  readonly starter: Starter<Command>;
  /** The name of the host of a rank. */
  readonly hostOf: (rank: number) => string;
  /** Paths inside this folder are shown relative to it. */
  readonly cwd: string;
  /**
   * Load what gets more processes ready; only when somebody asks for any, as nothing may slow the start of a job.
   *
   * @param note  shows whole lines on standard error
   */
  readonly loadGrower: (
    running: RunningJob<Command>,
    note: (text: string) => void,
  ) => Promise<Grower<Command>>;
}

/**
 * Start the ranks and see them to their end, their output and input with them.
 *
 * @param onRunning  is called at once, with what the job can be told from outside
 * @returns the exit code
 */
export async function runAndForward<Command extends { readonly rank: number }>(
  { options: job, commands, starter, hostOf, cwd, loadGrower }: ReadyJob<Command>,
  process: NodeJS.Process,
  onRunning: (running: RunningJob<Command>) => void = () => {},
): Promise<number> {
  const size = commands.length;
  let running: RunningJob<Command> | undefined;
  let growing: Promise<Grower<Command>> | undefined;
  let grower: Grower<Command> | undefined;
  const output = new Output({
    tag: job.tag,
    json: job.json,
    outputDir: job.outputDir,
    ranks: size,
    hostOf,
    spawnedName: (rank) => grower?.nameOf(rank),
    inspects: job.inspect !== undefined,
    colour: process.env.NO_COLOR === undefined,
    now: () => new Date(),
    stdout: process.stdout,
    stderr: process.stderr,
    onClosed: () => running?.stop(PIPE_EXIT_CODE),
  });
  const input = new Input({
    target: job.stdin,
    ranks: size,
    stdin: process.stdin,
    echoed: () => output.echoed(),
  });
  const load = async (): Promise<Grower<Command>> => {
    growing ??= loadGrower(started, (text) => output.note(text));
    grower = await growing;
    return grower;
  };
  const { graceSeconds, timeoutSeconds, onFailure, onDeadlock, quiet, check } = job;
  const started = runJob(
    { size, graceSeconds, timeoutSeconds, onFailure, onDeadlock, quiet, check, hostOf, cwd },
    commands,
    starter,
    {
      onStarted: (rank) => {
        output.attach(rank.rank, 'stdout', rank.stdout);
        output.attach(rank.rank, 'stderr', rank.stderr);
        if (rank.stdin !== undefined) input.attach(rank.rank, rank.stdin);
        void rank.ended.then(() => {
          input.detach(rank.rank);
          output.progress(rank.rank, '', 'gone');
        });
      },
      abandon: (rank) => output.abandon(rank),
      progress: (rank, text, kept) => output.progress(rank, text, kept ? 'kept' : 'shown'),
      note: (text) => output.note(text),
      tail: (rank) => output.tail(rank),
      spawn: (rank, request) => void load().then((loaded) => loaded.spawn(rank, request)),
      reserve: (rank, request) => void load().then((loaded) => loaded.reserve(rank, request)),
    },
  );
  running = started;
  onRunning(started);
  const exitCode = await started.exitCode;
  input.close();
  await output.finish();
  return exitCode;
}

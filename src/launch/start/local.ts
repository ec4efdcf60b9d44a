import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { PassThrough, type Readable, type Writable } from 'node:stream';
import type { ToRank } from '../../control/message.ts';
import { type ControlPipe, openControlPipe } from './control-pipe.ts';
import { signalGroup } from './process-group.ts';
import type { OnMessage, RankCommand, RankEnd, StartedRank, Starter } from './start.ts';
import { startError } from './start-error.ts';
import { startWarden, type Warden, type WardenOptions } from './warden.ts';

/**
 * How long the control pipe may stay open after the process ended. The process itself holds it no
 * longer then, but a program that it started may.
 */
const CONTROL_PATIENCE_MS = 200;

/** Ranks that others have started, and that others end, may put a file into the folder while it is being removed. */
const REMOVAL = { recursive: true, force: true, maxRetries: 10, retryDelay: 20 } as const;

/** Starts ranks on this host. */
export interface LocalStarter extends Starter {
  /** What ends all that is started here if this process is killed. */
  readonly warden: Warden;
  /** Remove the job's private folder on `close`, or if the launcher is killed, in place of any named before. */
  watchFolder(folder: string): void;
}

/**
 * Start ranks as child processes of this one, each leading a session and process group of its own,
 * so that a signal reaches all it started, and the terminal's own signals reach none of it.
 *
 * Costs three file descriptors a rank, four for one with standard input, and one for the warden.
 */
export function startLocally(options: WardenOptions = {}): LocalStarter {
  const warden = startWarden(options);
  let folder: string | undefined;
  return {
    warden,
    start: async (command, onMessage) => {
      const child = await spawnRank(command, warden);
      return new LocalRank(command.rank, child, warden, onMessage);
    },
    watchFolder: (path) => {
      folder = path;
      warden.watchFolder(path);
    },
    close: async () => {
      // The warden goes last: until the folder is gone, it is the one to remove it if we are killed.
      if (folder !== undefined) await rm(folder, REMOVAL);
      warden.end();
    },
  };
}

function streamsOf({ stdin, ownStreams }: RankCommand): ('inherit' | 'pipe' | 'ignore')[] {
  if (ownStreams === true) return ['inherit', 'inherit', 'inherit'];
  return [stdin === 'pipe' ? 'pipe' : 'ignore', 'pipe', 'pipe'];
}

async function spawnRank(command: RankCommand, warden: Warden): Promise<ChildProcess> {
  try {
    warden.expect();
    const child = spawn(command.execPath, [...command.args], {
      cwd: command.cwd,
      detached: true,
      env: { ...command.env, ...warden.env },
      stdio: [
        ...streamsOf(command),
        'pipe',
        ...(command.segment === undefined ? [] : [command.segment]),
      ],
    });
    // Without a process the reason comes as an event, which makes this reject.
    if (child.pid === undefined) await once(child, 'spawn');
    else warden.add(child.pid);
    return child;
  } catch (cause) {
    throw startError(command, cause);
  }
}

class LocalRank implements StartedRank {
  readonly rank: number;
  readonly pid: number;
  readonly stdin: Writable | undefined;
  readonly stdout: Readable;
  readonly stderr: Readable;
  readonly ended: Promise<RankEnd>;
  readonly #child: ChildProcess;
  readonly #control: ControlPipe;
  readonly #warden: Warden;
  #reaped = false;
  /** Nothing of the group is left. Its number may be given to a stranger, so it is used no more. */
  #gone = false;

  constructor(rank: number, child: ChildProcess, warden: Warden, onMessage: OnMessage) {
    const [stdin, stdout, stderr, control] = child.stdio;
    this.rank = rank;
    this.pid = child.pid as number;
    this.stdin = stdin ?? undefined;
    this.stdout = (stdout as Readable | null) ?? new PassThrough().end();
    this.stderr = (stderr as Readable | null) ?? new PassThrough().end();
    this.#child = child;
    this.#warden = warden;
    // A pipe that breaks is news of the process's end, which comes by itself.
    for (const broken of [child, stdin, stdout, stderr]) broken?.on('error', () => {});
    this.#control = openControlPipe(control as Socket, onMessage);
    this.ended = this.#watch();
  }

  async #watch(): Promise<RankEnd> {
    const [code, signal] = (await once(this.#child, 'exit')) as [
      number | null,
      NodeJS.Signals | null,
    ];
    this.#reaped = true;
    this.alive();
    // What the rank said last may still lie in the pipe.
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, CONTROL_PATIENCE_MS);
    });
    await Promise.race([this.#control.ended, patience]);
    clearTimeout(timer);
    this.#control.close();
    return { code, signal };
  }

  send(message: ToRank): void {
    this.#control.send(message);
  }

  kill(signal: NodeJS.Signals): void {
    if (this.#gone) return;
    if (!signalGroup(this.pid, signal)) {
      if (this.#reaped) this.#forget();
      else this.#child.kill(signal);
      return;
    }
    // Nobody in the group survives this, and without its leader nobody can be waited for.
    if (this.#reaped && signal === 'SIGKILL') this.#forget();
  }

  alive(): boolean {
    if (this.#reaped && !this.#gone && !signalGroup(this.pid, 0)) this.#forget();
    return !this.#gone;
  }

  /**
   * While a process of the group lives the kernel gives the group's number to nobody else; from here
   * on it may. So the group stays on the warden's list until it is seen empty, and not a moment more.
   */
  #forget(): void {
    this.#gone = true;
    this.#warden.remove(this.pid);
  }
}

import { type ChildProcess, spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import { basename, isAbsolute } from 'node:path';
import { randomName } from '../../base/random-name.ts';

/** How the name of a job's private folder begins; six letters or digits follow. */
export const JOB_FOLDER_PREFIX = 'tsmpi-';

/** The variable by which a process is known as a rank of one launcher. */
const MARK_NAME = 'TSMPI_WARDEN';

/**
 * Reads what is to be ended, one item a line: `?` for a start to come, `+GROUP` when it has, `~GROUP` for one that
 * ends by itself, or else is asked to before it is killed, `-GROUP`, `=MARK`, the folder's path, or `end`.
 *
 * Without a last `end` the launcher was killed. Killed in the midst of a start, it left a process whose number it never
 * learned. That process is looked for by its environment, where the system shows it in /proc; it has one by now, as its
 * copy of our pipe was open until then. A process that nobody buries has ended all the same. The folder is never
 * interpreted, and is removed only if it looks like one of ours. Ranks that others have started, and that others end,
 * may put a file there while it is being removed: so that is done until it is gone.
 */
const SCRIPT = `
trap '' HUP INT QUIT TERM TSTP
groups=' ' asked=' ' folder= mark= starting=
remain() {
  for leader in "$@"; do
    kill -s 0 "$leader" || continue
    line=
    [ -r "/proc/$leader/stat" ] && IFS= read -r line < "/proc/$leader/stat"
    case $line in
      *') Z '*) ;;
      *) return 0 ;;
    esac
  done
  return 1
}
while IFS= read -r line; do
  case $line in
    '?') starting=yes ;;
    =*) mark=\${line#=} ;;
    +*) groups="$groups\${line#+} " starting= ;;
    '~'*) asked="$asked\${line#?} " starting= ;;
    -*) gone=\${line#-}
      case $asked in
        *" $gone "*) asked="\${asked%%" $gone "*} \${asked#*" $gone "}" ;;
      esac
      case $groups in
        *" $gone "*) groups="\${groups%%" $gone "*} \${groups#*" $gone "}" ;;
      esac ;;
    /*) folder=$line ;;
    end) exit 0 ;;
  esac
done
if [ "$starting" ] && [ "$mark" ]; then
  for file in $(grep -lsF -- "${MARK_NAME}=$mark" /proc/[0-9]*/environ); do
    group=\${file#/proc/}
    groups="$groups\${group%/environ} "
  done
fi
for group in $groups; do
  kill -s KILL -- "-$group"
done
case $folder in
  */${JOB_FOLDER_PREFIX}[A-Za-z0-9][A-Za-z0-9][A-Za-z0-9][A-Za-z0-9][A-Za-z0-9][A-Za-z0-9])
    rm -rf -- "$folder" ;;
  *) folder= ;;
esac
for signal in TERM KILL; do
  tries=10
  while [ $tries -gt 0 ] && remain $asked; do
    sleep 0.1 || sleep 1
    tries=$((tries - 1))
  done
  for group in $asked; do
    kill -s $signal -- "-$group"
  done
done
tries=30
while [ "$folder" ] && [ -d "$folder" ] && [ $tries -gt 0 ]; do
  sleep 0.1 || sleep 1
  rm -rf -- "$folder"
  tries=$((tries - 1))
done
`;

const FOLDER_NAME = new RegExp(`^${JOB_FOLDER_PREFIX}[A-Za-z0-9]{6}$`);

/** Ends what the launcher started if the launcher itself is killed. */
export interface Warden {
  /** What every rank is to have in its environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Expect a process group, whose number comes with the next `add`. */
  expect(): void;
  /**
   * @param ask  whether it gets a second to end by itself, then SIGTERM, and SIGKILL only after another second: for
   *   commands that have more to end than themselves, as soon as their standard input ends. SIGTERM is not the first,
   *   as srun then kills all that its step has started, also what would have cleared up.
   */
  add(group: number, ask?: boolean): void;
  remove(group: number): void;
  /** Have the job's private folder removed too, in place of any named before. */
  watchFolder(folder: string): void;
  /** Send it away: everything has been ended in an orderly manner. */
  end(): void;
}

/** What a warden needs to know. */
export interface WardenOptions {
  /** Takes a line for `--verbose`. */
  readonly verbose?: ((text: string) => void) | undefined;
  /** The POSIX shell that runs it. */
  readonly shell?: string | undefined;
}

/**
 * Start the process that outlives `kill -9` of the launcher for a moment and then ends its ranks.
 *
 * A rank in a busy loop notices nothing by itself. The warden is a shell that waits on a pipe of
 * which the launcher alone holds the other end, so the launcher's death, however it comes, is its
 * end of file. It has a session of its own, holds none of the launcher's streams, and is told of
 * each process group at once: what is written to it arrives even if the launcher never runs again.
 */
export function startWarden(options: WardenOptions = {}): Warden {
  const { verbose, shell = '/bin/sh' } = options;
  const input = spawnWarden(shell, (reason) => {
    verbose?.(`ranks may survive if this process is killed by SIGKILL: ${shell}: ${reason}`);
  });
  const write = (line: string): void => {
    if (input?.writable) input.write(`${line}\n`);
  };
  const mark = randomName(24);
  write(`=${mark}`);
  return {
    env: { [MARK_NAME]: mark },
    expect: () => write('?'),
    add: (group, ask = false) => write(`${ask ? '~' : '+'}${group}`),
    remove: (group) => write(`-${group}`),
    watchFolder: (folder) => {
      const isOurs = isAbsolute(folder) && FOLDER_NAME.test(basename(folder));
      if (isOurs && !folder.includes('\n')) write(folder);
    },
    end: () => {
      write('end');
      input?.end();
    },
  };
}

function spawnWarden(shell: string, onFailure: (reason: string) => void): Socket | undefined {
  let child: ChildProcess;
  try {
    child = spawn(shell, ['-c', SCRIPT, 'tsrun-warden'], {
      // It must not keep a file system busy, nor depend on a folder that goes away.
      cwd: '/',
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
    });
  } catch (error) {
    onFailure(String(error));
    return undefined;
  }
  child.once('error', (error) => onFailure(error.message));
  const input = child.stdin as Socket | null;
  input?.on('error', () => {});
  input?.unref();
  child.unref();
  return input ?? undefined;
}

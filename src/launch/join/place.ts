import { createHash } from 'node:crypto';
import { lstatSync, mkdirSync, readdirSync, rmdirSync, rmSync } from 'node:fs';
import { connect, type Server, type Socket } from 'node:net';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { JOB_FOLDER_PREFIX } from '../start/warden.ts';

/** All processes of a host must agree on it, and TMPDIR may be each one's own. */
const PARENT = '/tmp';

/** Of such names none is given to the folder of a running job. */
const MARK = 'J';
const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const NAME_LETTERS = 5;

const NAME = new RegExp(`^${JOB_FOLDER_PREFIX}${MARK}[A-Za-z0-9]{${NAME_LETTERS}}$`);
const SOCKET = /^(\d+)\.sock$/;

/** So often a folder may vanish while it is entered. */
const ATTEMPTS = 20;

/** Where those that cannot meet tell why. */
export class MeetingError extends Error {}

/**
 * Where the processes of one job on this host find each other: a folder that only this user can enter, in which each of
 * them listens on a socket named after its rank.
 *
 * It is gone once all have met.
 */
export class MeetingPlace {
  readonly folder: string;
  readonly job: string;

  /** @param job  what the job is called, the same for all of its processes and for no other job of this user */
  constructor(job: string) {
    this.job = job;
    // Hosts may have one /tmp, but sockets are each one's own.
    const text = [process.getuid?.() ?? 0, hostname(), job].join('\n');
    const digest = createHash('sha256').update(text).digest();
    const letters = [...digest.subarray(0, NAME_LETTERS)].map(
      (byte) => LETTERS[byte % LETTERS.length],
    );
    this.folder = join(PARENT, JOB_FOLDER_PREFIX + MARK + letters.join(''));
  }

  socketOf(rank: number): string {
    return join(this.folder, `${rank}.sock`);
  }

  /** The ranks that are here, or were. */
  ranks(): number[] {
    return folderFault(this.folder) === undefined ? ranksIn(this.folder) : [];
  }

  /**
   * Accept whoever comes to meet this rank.
   *
   * @throws MeetingError
   */
  async listen(rank: number, server: Server): Promise<void> {
    const path = this.socketOf(rank);
    for (let attempt = 1; ; attempt++) {
      enter(this.folder);
      try {
        await listening(server, path);
        return;
      } catch (error) {
        const { code, message } = error as NodeJS.ErrnoException;
        if (code === 'EADDRINUSE') {
          if (await isAlive(path)) {
            throw new MeetingError(
              `there is a rank ${rank} of this job already: two launchers call their jobs by the same name, or a rank was started twice; ${path} is where the other one listens`,
            );
          }
          // Left by one that was killed.
          rmSync(path, { force: true });
        } else if (code !== 'ENOENT' || attempt === ATTEMPTS) {
          throw new MeetingError(`cannot listen on ${path}: ${code ?? message}`);
        }
      }
    }
  }

  /** Take this rank away, and the folder if it was the last. */
  leave(rank: number): void {
    rmSync(this.socketOf(rank), { force: true });
    try {
      rmdirSync(this.folder);
    } catch {
      // Others are there still, or it is gone.
    }
  }

  /** All have met: nobody needs the folder any more. */
  close(): void {
    if (folderFault(this.folder) !== undefined) return;
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Nobody waits so long to be met. */
const STALE_MS = 120_000;

/** Remove what jobs have left that were killed whole, with all that would have cleared up after them. */
export async function sweep(): Promise<void> {
  for (const name of readdirSync(PARENT).filter((other) => NAME.test(other))) {
    const folder = join(PARENT, name);
    const changed = lstatSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? Number.NaN;
    if (!(changed < Date.now() - STALE_MS) || folderFault(folder) !== undefined) continue;
    const ranks = ranksIn(folder);
    const alive = ranks.map((rank) => isAlive(join(folder, `${rank}.sock`)));
    if ((await Promise.all(alive)).includes(true)) continue;
    rmSync(folder, { recursive: true, force: true });
  }
}

function ranksIn(folder: string): number[] {
  let names: string[] = [];
  try {
    names = readdirSync(folder);
  } catch {
    // Nobody has come yet.
  }
  return names.flatMap((name) => {
    const rank = SOCKET.exec(name)?.[1];
    return rank === undefined ? [] : Number(rank);
  });
}

function enter(folder: string): void {
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EEXIST') throw new MeetingError(`cannot make the folder ${folder} (${code})`);
  }
  const fault = folderFault(folder);
  if (fault !== undefined) {
    throw new MeetingError(`${folder} ${fault}: the ranks cannot meet there; remove it`);
  }
}

/** Why nothing secret may be told in a folder; undefined if it is this user's alone, or is gone. */
function folderFault(folder: string): string | undefined {
  const found = lstatSync(folder, { throwIfNoEntry: false });
  if (found === undefined) return undefined;
  if (!found.isDirectory()) return 'is not a folder';
  const own = process.getuid?.();
  if (own !== undefined && found.uid !== own) return `belongs to another user (${found.uid})`;
  return (found.mode & 0o077) === 0 ? undefined : 'is open to others';
}

function listening(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

/** Connect to a socket; undefined if nobody listens there. */
export function reachSocket(path: string): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.off('error', refused);
      resolve(socket);
    });
    const refused = (): void => resolve(undefined);
    socket.once('error', refused);
  });
}

async function isAlive(path: string): Promise<boolean> {
  const socket = await reachSocket(path);
  socket?.destroy();
  return socket !== undefined;
}

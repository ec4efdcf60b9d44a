import { spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { type ControlPipe, controlPipeOver } from '../control/pipe.ts';
import { MEMORY_FOLDER, openNameless } from '../transport/shm/nameless.ts';

/** What the launcher runs. */
const LAUNCHER = new URL('bin/adopt.cjs', import.meta.url);

/** A launcher, and what it shares with the program that has started it. */
export interface OwnLauncher {
  readonly pipe: ControlPipe;
  /** An open file in which the launcher may make shared memory: it has no name by which others could open it. */
  readonly file: number | undefined;
}

/**
 * Start a launcher whose job begins with this process.
 *
 * It has a session of its own, so Ctrl-C is for this process alone; when this process is gone, the launcher ends the others.
 */
export function startLauncher(): OwnLauncher {
  const file = openShared();
  const program = process.argv[1] ?? '';
  const shared = file === undefined ? [] : [MEMORY_FOLDER];
  const child = spawn(process.execPath, [fileURLToPath(LAUNCHER), program, ...shared], {
    detached: true,
    stdio: ['ignore', 'inherit', 'inherit', 'pipe', ...(file === undefined ? [] : [file])],
  });
  // The pipe closes then, which is answered.
  child.on('error', () => {});
  child.unref();
  return { pipe: controlPipeOver(child.stdio[3] as Socket), file };
}

function openShared(): number | undefined {
  try {
    return openNameless(MEMORY_FOLDER);
  } catch {
    // There is no such place, and then no shared memory.
    return undefined;
  }
}

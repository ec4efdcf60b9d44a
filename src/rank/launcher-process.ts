import { spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { type ControlPipe, controlPipeOver } from '../control/pipe.ts';

/** What the launcher runs. */
const LAUNCHER = new URL('bin/adopt.js', import.meta.url);

/**
 * Start a launcher whose job begins with this process.
 *
 * It has a session of its own, so Ctrl-C is for this process alone; when this process is gone, the launcher ends the others.
 */
export function startLauncher(): ControlPipe {
  const child = spawn(process.execPath, [fileURLToPath(LAUNCHER), process.argv[1] ?? ''], {
    detached: true,
    stdio: ['ignore', 'inherit', 'inherit', 'pipe'],
  });
  // The pipe closes then, which is answered.
  child.on('error', () => {});
  child.unref();
  return controlPipeOver(child.stdio[3] as Socket);
}

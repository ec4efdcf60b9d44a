import { setTimeout as sleep } from 'node:timers/promises';
import type { StartedRank } from './start.ts';

/** Nobody reports the end of a process that is not our child: look this often. */
const LOOK_MS = 50;

/** Wait until nothing of a rank's process group is left. */
export async function gone(started: StartedRank): Promise<void> {
  while (started.alive()) await sleep(LOOK_MS);
}

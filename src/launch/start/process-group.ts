/** Signal a process group; false if nobody in it can be reached. */
export function signalGroup(group: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-group, signal);
  } catch {
    // ESRCH: nobody is there. EPERM: somebody is, but as another user, out of our reach.
    return false;
  }
}

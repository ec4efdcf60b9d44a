import { statSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type HostJob, type OpenHost, openHost } from '../host.ts';
import { installationAt } from '../installation.ts';
import type { ParcelCache } from '../parcel/cache.ts';
import type { HostPart } from '../remote/protocol.ts';
import { HostMemory } from '../segment.ts';
import type { LocalStarter } from '../start/local.ts';

/**
 * Get this host ready for its part of a job.
 *
 * @param place  what there is of the job here already
 * @returns with it, what the user should know
 * @throws Error that says what this host lacks
 */
export function openPart(
  part: HostPart,
  place: Pick<HostJob, 'folder' | 'elsewhere'> & { readonly memory?: HostMemory | undefined },
  parcels: ParcelCache,
  starter: LocalStarter,
  process: NodeJS.Process,
): { host: OpenHost; memory: HostMemory; notices: readonly string[] } {
  const { common, transports, wait, elders } = part;
  const folderOf = (hash: string): string => {
    const folder = parcels.find(hash);
    if (folder === undefined) throw new Error(`the parcel ${hash} has vanished from the cache`);
    return folder;
  };
  const missing = new Set<string>();
  const ranks = part.ranks.map(({ parcel, entry, ...rank }) => {
    const there = isFolder(rank.wdir);
    if (!there) missing.add(rank.wdir);
    const wdir = there ? rank.wdir : ownFolder();
    return { ...rank, wdir, compiled: join(folderOf(parcel), entry) };
  });
  const installation = installationAt(pathToFileURL(`${folderOf(part.runtime)}/`));
  const { memory = new HostMemory({ addonsFrom: installation.runtimeCode }), ...rest } = place;
  const job = { common, ranks, transports, wait, elders, installation, ...rest };
  const host = openHost(job, memory, starter, process);
  const notices = [...missing].map(
    (folder) => `there is no folder ${folder}; its ranks run in ${ownFolder()}`,
  );
  if (host.fallback !== '') notices.push(host.fallback);
  return { host, memory, notices };
}

function ownFolder(): string {
  return isFolder(homedir()) ? homedir() : '/';
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}

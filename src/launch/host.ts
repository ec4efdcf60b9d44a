import { availableParallelism } from 'node:os';
import { nodeOptions } from '../base/environment.ts';
import { codeFile } from '../cache/code.ts';
import type { RankStart, SegmentGrowth, TransportName, WaitMode } from '../control/message.ts';
import { chooseTransport, describeFallback, describeTransport } from './choose-transport.ts';
import type { Installation } from './installation.ts';
import { makeJobFolder } from './job-folder.ts';
import { type RankToStart, rankCommand } from './rank-command.ts';
import type { HostMemory } from './segment.ts';
import type { LocalStarter } from './start/local.ts';
import type { RankCommand } from './start/start.ts';

/** What all ranks of a job are told, wherever they run. */
export type CommonStart = Omit<
  RankStart,
  'rank' | 'program' | 'compiled' | 'transport' | 'segment' | 'folder' | 'library' | 'code'
>;

/** The part of a job that one host does. */
export interface HostJob {
  readonly common: CommonStart;
  /** The ranks of this host. */
  readonly ranks: readonly RankToStart[];
  /** What its ranks talk to each other over: the first that can be had. */
  readonly transports: readonly TransportName[];
  readonly wait: WaitMode;
  /** The tsmpi of this host. */
  readonly installation: Installation;
  /**
   * Set if the ranks are started by other processes than this one: each has that process's environment, and they may
   * run on so many processors together.
   */
  readonly elsewhere?: { readonly processors: number } | undefined;
  /** The job's private folder, if it has one here already. */
  readonly folder?: string | undefined;
  /** Those of the job that run here already; none if left out. */
  readonly elders?: readonly number[] | undefined;
}

/** A host that is ready for its ranks. */
export interface OpenHost {
  /** In the order of the ranks. */
  readonly commands: readonly RankCommand[];
  /** What they talk to each other over, for `--verbose`. */
  readonly transport: string;
  /** The job's private folder here. */
  readonly folder: string;
  /** Why not over what was wanted first; empty if they do. */
  readonly fallback: string;
  /** What the elders are to know of the memory that they share with these; undefined if they share none. */
  readonly segment: SegmentGrowth | undefined;
}

/**
 * Make what the ranks on this host share, and the commands that start them.
 *
 * @param memory  what the ranks of this host share, which grows by this
 * @param starter  removes the job's private folder when all is over
 * @throws UsageError if none of the transports can be had, Error if there is no place for the folder
 */
export function openHost(
  { common, ranks, transports, wait, installation, folder, elders = [], elsewhere }: HostJob,
  memory: HostMemory,
  starter: LocalStarter,
  process: NodeJS.Process,
): OpenHost {
  const members = ranks.map(({ rank }) => rank);
  const chosen = chooseTransport(transports, { memory, members, elders });
  const { transport, part: made } = chosen;
  const crowded = ranks.length + elders.length > (elsewhere?.processors ?? availableParallelism());
  const segment = made && { part: made.part, crowded, addon: made.addon };
  const start = {
    common: {
      ...common,
      transport,
      segment: segment && { ...segment, homes: made.homes, wait },
      folder: folder ?? makeJobFolder((made) => starter.watchFolder(made)),
      library: installation.library,
      code: codeFile(installation.runtimeCode, nodeOptions(process.env)),
    },
    installation,
    segment: made?.file,
  };
  const starting = {
    execPath: process.execPath,
    env: elsewhere === undefined ? process.env : {},
  };
  return {
    commands: ranks.map((rank) => rankCommand(rank, start, starting)),
    folder: start.common.folder,
    transport: describeTransport(chosen),
    fallback: chosen.lack === '' ? '' : describeFallback(chosen),
    segment: segment !== undefined && segment.part.elders.length > 0 ? segment : undefined,
  };
}

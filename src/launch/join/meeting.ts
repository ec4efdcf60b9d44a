import type { Host } from '../../hosts/host.ts';
import type { RankPlan } from '../plan.ts';
import type { PackedProgram } from '../programs.ts';
import type { RunningAgent } from '../remote/agents.ts';
import type { RemoteStart } from '../remote/command.ts';
import type { RunningJob } from '../supervise.ts';

/** What is to run where. */
export interface Work {
  readonly plans: readonly RankPlan[];
  /** By source file. */
  readonly programs: ReadonlyMap<string, PackedProgram>;
}

/** Ranks that another launcher has started, and that wait on their hosts for those who find them. */
export interface Meeting {
  /** How an agent is started on a host; undefined for this host. */
  readonly startFor: (host: Host) => RemoteStart | undefined;
  /**
   * Find all ranks, by agents that run.
   *
   * @throws UsageError, CompileError, or MeetingError
   */
  find(running: ReadonlyMap<number, RunningAgent>): Promise<Work>;
  /** The ranks are started. */
  onRunning(job: RunningJob): void;
}

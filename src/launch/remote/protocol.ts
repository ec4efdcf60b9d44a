/**
 * All that the launcher and the agent on a host say to each other, beside the streams of the ranks.
 *
 * Plain JSON. The launcher has sent the agent's own code, so both sides are of one version.
 */

import type { FromRank, SegmentGrowth, ToRank } from '../../control/message.ts';
import type { PortRange } from '../../hosts/port-range.ts';
import type { HostJob } from '../host.ts';
import type { Member, MemberEnd, StopReason } from '../join/member-facts.ts';
import type { ProbeTarget, Reached } from '../network/reach.ts';
import type { RankToStart } from '../rank-command.ts';

/** What an agent needs to find out how others reach its host. */
export interface NetworkOptions {
  /** `--iface` */
  readonly interfaces: readonly string[];
  readonly portRange: PortRange | undefined;
}

/** Where others may try to reach a host. */
export interface ProbePlace {
  readonly addresses: readonly string[];
  readonly port: number;
  readonly token: string;
}

/** What an agent is told first of all. */
export interface AgentStart {
  /** Without a word from the launcher for so long, and a little more, the agent ends its ranks. */
  readonly hostTimeoutMs: number;
  /** Left out if it is the only host. */
  readonly network?: NetworkOptions | undefined;
}

/** What an agent says of its host. */
export interface HostFacts {
  readonly hostname: string;
  readonly platform: string;
  readonly arch: string;
  readonly libc: 'glibc' | 'musl' | undefined;
  readonly nodeVersion: string;
  /** Milliseconds since 1970 by the clock of that host. */
  readonly time: number;
  /** Left out if it is the only host. */
  readonly probe?: ProbePlace | undefined;
}

/** Where a host keeps what it is sent. */
export interface KeptHere {
  readonly folder: string;
  /** The folder that would be used, but cannot be. */
  readonly insteadOf?: string | undefined;
}

/** One rank as its host is to start it. */
export interface HostRank extends Omit<RankToStart, 'compiled'> {
  /** Which parcel is the compiled program, and which file in there is to be imported. */
  readonly parcel: string;
  readonly entry: string;
}

/** The part of a job that one host does, as it is told of it. */
export interface HostPart extends Pick<HostJob, 'common' | 'transports' | 'wait' | 'elders'> {
  /** The parcel that is the runtime. */
  readonly runtime: string;
  readonly ranks: readonly HostRank[];
}

/** What becomes of the ranks that another launcher has started on a host, as they are met there. */
export type MemberNews =
  | { readonly kind: 'here'; readonly member: Member }
  /** The process of a rank asks for the end of the job. */
  | ({ readonly kind: 'stop'; readonly rank: number } & StopReason)
  /** A rank that was here is gone. */
  | { readonly kind: 'lost'; readonly rank: number };

/** What the launcher tells an agent. */
export type ToAgent =
  | ({ readonly kind: 'begin' } & AgentStart)
  /** Say which of these parcels are missing. */
  | { readonly kind: 'parcels'; readonly hashes: readonly string[] }
  /** The next so many bytes on `PARCEL_CHANNEL` are this parcel. */
  | { readonly kind: 'parcel'; readonly hash: string; readonly bytes: number }
  /** Find out under which addresses this host reaches these. */
  | { readonly kind: 'reach'; readonly targets: readonly ProbeTarget[]; readonly timeoutMs: number }
  /** Get ready for these ranks, which may be more than those of an earlier part. */
  | { readonly kind: 'part'; readonly part: HostPart }
  /** Meet the ranks of this host that another launcher has started: they are not to be started by the agent itself. */
  | { readonly kind: 'meet'; readonly job: string; readonly size: number }
  /** Let these go. */
  | ({ readonly kind: 'let-go' } & MemberEnd)
  /** For `tsrun doctor`: say what time it is. */
  | { readonly kind: 'clock' }
  /** For `tsrun doctor`: see whether anything can be kept on this host. */
  | { readonly kind: 'cache' }
  /** Let others try to reach this host, if that was not said at the beginning, or is over. */
  | ({ readonly kind: 'listen' } & NetworkOptions)
  /** Nobody tries any more. */
  | { readonly kind: 'listen-no-more' }
  | { readonly kind: 'start'; readonly rank: number }
  | { readonly kind: 'tell'; readonly rank: number; readonly message: ToRank }
  | { readonly kind: 'kill'; readonly rank: number; readonly signal: NodeJS.Signals }
  /** Take what the rank's streams hold and close them. */
  | { readonly kind: 'abandon'; readonly rank: number }
  /** Run this command and give me its streams, as `RELAY_CHANNEL` + `id` has them. */
  | { readonly kind: 'relay'; readonly id: number; readonly argv: readonly string[] }
  | { readonly kind: 'relay-kill'; readonly id: number }
  /** The launcher will be silent, or is back. */
  | { readonly kind: 'suspend'; readonly suspended: boolean }
  | { readonly kind: 'beat' }
  /** All is over. */
  | { readonly kind: 'end' };

/** What an agent tells the launcher. */
export type FromAgent =
  | ({ readonly kind: 'hello' } & HostFacts)
  | { readonly kind: 'missing'; readonly hashes: readonly string[] }
  | {
      readonly kind: 'placed';
      /** Why it is not, though the ranks go on that were started before. */
      readonly refused?: string | undefined;
    }
  | { readonly kind: 'reached'; readonly reached: readonly Reached[] }
  /** The part was understood, and its ranks can be started. */
  | {
      readonly kind: 'ready';
      readonly transport: string;
      readonly notices: readonly string[];
      /** What the ranks that were there before are to know of the memory that they share with these. */
      readonly segment?: SegmentGrowth | undefined;
      /** Why they cannot, though the ranks go on that were started before. */
      readonly refused?: string | undefined;
    }
  | { readonly kind: 'member'; readonly news: MemberNews }
  | { readonly kind: 'let-go' }
  | { readonly kind: 'clock'; readonly time: number }
  | ({ readonly kind: 'cache' } & KeptHere)
  | {
      readonly kind: 'listening';
      readonly probe?: ProbePlace | undefined;
      /** Why nobody can try, though the ranks go on that were started before. */
      readonly refused?: string | undefined;
    }
  | { readonly kind: 'started'; readonly rank: number; readonly pid: number }
  | { readonly kind: 'not-started'; readonly rank: number; readonly reason: string }
  | { readonly kind: 'told'; readonly rank: number; readonly message: FromRank }
  | {
      readonly kind: 'ended';
      readonly rank: number;
      readonly code: number | null;
      readonly signal: NodeJS.Signals | null;
    }
  /** Nothing is left of the process group of a rank that has ended. */
  | { readonly kind: 'gone'; readonly rank: number }
  /** A relayed command ended; `ending` says how, as one says it after its name. */
  | { readonly kind: 'relay-ended'; readonly id: number; readonly ending: string }
  /** The agent cannot do what it was told; it ends. */
  | { readonly kind: 'failed'; readonly reason: string }
  | { readonly kind: 'beat' };

/** Parcels come on this channel. */
export const PARCEL_CHANNEL = 1;

/** The channels of a rank's streams. */
export function rankChannel(rank: number, stream: 'stdin' | 'stdout' | 'stderr'): number {
  return 2 + 3 * rank + (stream === 'stdin' ? 0 : stream === 'stdout' ? 1 : 2);
}

/** The channels of a command that an agent runs for the launcher begin here: one for its pipe, one for its errors. */
export function relayChannel(id: number, stream: 'pipe' | 'stderr'): number {
  return 2 ** 31 + 2 * id + (stream === 'pipe' ? 0 : 1);
}

/** An agent's first line of output; what comes before it is no word of ours. */
export const AGENT_MARK = 'tsmpi-agent 1';

import type { NetworkStart } from '../../control/message.ts';
import type { RankPlan } from '../plan.ts';
import type { PackedProgram } from '../programs.ts';
import type { HostPart, HostRank } from './protocol.ts';

/** What all parts of a job that one host does have in common. */
export interface PartBase extends Pick<HostPart, 'runtime' | 'transports' | 'wait'> {
  /** Left out if it is the only host. */
  readonly network: NetworkStart | undefined;
}

/** Say of a rank what the host is told that starts it. */
export function hostRank(
  { rank, program, args, env, wdir, nodeArgs }: RankPlan,
  stdin: HostRank['stdin'],
  programs: ReadonlyMap<string, PackedProgram>,
): HostRank {
  const packed = programs.get(program);
  if (packed === undefined) throw new Error(`${program} was not compiled`);
  const { parcel, entry } = packed;
  return { rank, program, args, env, wdir, nodeArgs, stdin, parcel: parcel.hash, entry };
}

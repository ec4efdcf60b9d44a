import { MpiError } from './base/error.ts';
import { show } from './base/show.ts';
import type { Communicator, Intercommunicator } from './comm/communicator.ts';
import { WorldMember } from './member/world-member.ts';
import type { Ports } from './ports/ports.ts';
import { startAlone } from './rank/alone.ts';
import { currentRank } from './rank/process.ts';
import type { Store } from './store/store.ts';

/** Become a member of the world that this process was started in; here and nowhere else that happens. */
function joinWorld(): WorldMember {
  const rank = currentRank();
  if (rank === undefined) startAlone(() => joined);
  return new WorldMember(rank);
}

const joined = joinWorld();

/** All ranks of the job. @see MPI-4.1 §7.2.1 MPI_COMM_WORLD */
export const world: Communicator = joined.world;

/** This rank alone. @see MPI-4.1 §7.2.1 MPI_COMM_SELF */
export const self: Communicator = joined.self;

/**
 * Those who have spawned this world, as the other group of a communicator that `world` and they have in common; undefined if
 * nobody has.
 *
 * @see MPI-4.1 §11.8.2 MPI_Comm_get_parent
 */
export const parent: Intercommunicator | undefined = joined.parent;

/** What all processes of the job share. */
export const store: Store = joined.store;

/** Where separately started jobs find each other. @see MPI-4.1 §11.9 */
export const ports: Ports = joined.otherJobs.ports;

/**
 * Tell whether a module is the program that was started, and this process the one that acts for all: rank 0 under tsrun, and
 * never a worker of a pool. The other ranks of such a program serve as workers once it has run to its end.
 *
 * @param meta  `import.meta`
 * @throws MpiError `ERR_ARG` for anything else
 */
export function isMain(meta: { readonly url: string }): boolean {
  if (typeof meta?.url !== 'string') {
    const text = `isMain: needs import.meta itself: isMain(import.meta), not ${show(meta)}`;
    throw new MpiError('ERR_ARG', text, { rank: joined.world.rank });
  }
  return joined.pools.isMain(meta.url);
}

/**
 * End the use of messages: every rank must call this, or end its program.
 *
 * Waits until the sends of this rank have ended and every rank has come here that it is connected with. Receives that nothing
 * matched reject with `ERR_FINALIZED`. Calling it again changes nothing.
 *
 * @see MPI-4.1 §11.2.2
 */
export function finalize(): Promise<void> {
  return joined.finalize();
}

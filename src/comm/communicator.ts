import type { Calls } from '../collective/calls.ts';
import type { Channel } from '../pt2pt/channel.ts';
import { Collectives } from './collectives.ts';

/** What a communicator is made of. */
export interface CommunicatorParts {
  readonly name: string;
  /** The messages of the user. */
  readonly channel: Channel;
  /** The collective calls. */
  readonly calls: Calls;
}

/**
 * A group of ranks that can talk to each other, seen from one of them.
 *
 * @see MPI-4.1 §7
 */
export class Communicator extends Collectives {
  /** For messages to people. */
  readonly name: string;

  /** Communicators come from the library: `world`, `self`, and what is made of them. */
  constructor({ name, channel, calls }: CommunicatorParts) {
    super(channel, calls);
    this.name = name;
  }
}

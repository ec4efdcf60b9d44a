import { MpiError } from '../base/error.ts';
import type { Meeting, MeetingPlan } from '../comm/parts.ts';
import { makeKeys } from '../transport/zeromq/keys.ts';
import type { Hello } from './hello.ts';
import type { Patience } from './patience.ts';
import type { Talk } from './talk.ts';

/** What one root tells the other once both know how large their groups are. */
interface Terms {
  /** The numbers that the other group has here. */
  readonly first: number;
  /** The keys for what goes over the network, from the one who accepts. */
  readonly keys?: { readonly publicKey: string; readonly secretKey: string } | undefined;
}

/** Both sides, as far as they are known when two roots meet. */
export interface Sides {
  readonly talk: Talk;
  readonly mine: Hello;
  readonly theirs: Hello;
  /** Whether this one accepts. */
  readonly accepts: boolean;
  /** Whether the roots have met at a socket file, so that they are on one host. */
  readonly near: boolean;
  /** The number of the host of this root in its job. */
  readonly host: number;
  readonly patience: Patience;
}

/** The meeting of this root with another one. */
export class RootMeeting implements Meeting {
  readonly plan: MeetingPlan;
  readonly #sides: Sides;
  readonly #onSettled: (group: readonly number[]) => void;
  #over = false;

  /**
   * Agree on the terms.
   *
   * @param reserve  gives numbers to the processes of the other group
   * @param onSettled  is told when both groups are joined
   */
  static async begin(
    sides: Sides,
    reserve: () => Promise<number>,
    onSettled: (plan: MeetingPlan, group: readonly number[]) => void,
  ): Promise<RootMeeting> {
    const { talk, mine, theirs, accepts, near, host, patience } = sides;
    talk.hold();
    try {
      const first = await patience.wait(reserve());
      const isNetworkUsed = !near || mine.far || theirs.far;
      const ownKeys = isNetworkUsed && accepts ? makeKeys() : undefined;
      talk.send({ value: { first, keys: ownKeys } satisfies Terms });
      const terms = readTold(await patience.wait(talk.next())) as Terms;
      const keys = ownKeys ?? terms.keys;
      const own = mine.bind.length > 0 ? mine.bind : theirs.bind;
      const bind = near ? own : [addressOf(talk)];
      const plan: MeetingPlan = {
        first,
        count: theirs.size,
        knownFrom: terms.first,
        comesLast: accepts,
        host,
        near,
        network: isNetworkUsed && keys !== undefined ? { bind, keys } : undefined,
      };
      return new RootMeeting(plan, sides, onSettled);
    } catch (error) {
      sayOver(sides, error);
      throw error;
    }
  }

  private constructor(
    plan: MeetingPlan,
    sides: Sides,
    onSettled: (plan: MeetingPlan, group: readonly number[]) => void,
  ) {
    this.plan = plan;
    this.#sides = sides;
    this.#onSettled = (group) => onSettled(plan, group);
  }

  async exchange(mine: unknown): Promise<unknown> {
    const { talk, patience } = this.#sides;
    talk.send({ value: mine });
    return readTold(await patience.wait(talk.next()));
  }

  settle(group: readonly number[]): void {
    if (this.#over) return;
    this.#over = true;
    this.#sides.patience.stop();
    this.#sides.talk.release();
    this.#onSettled(group);
  }

  abandon(reason: string): void {
    if (this.#over) return;
    this.#over = true;
    this.#sides.patience.stop();
    sayOver(this.#sides, reason);
  }
}

function sayOver({ talk }: Sides, reason: unknown): void {
  talk.send({ abandoned: reason instanceof Error ? reason.message : String(reason) });
  talk.close();
}

/** @throws MpiError `ERR_PROC_FAILED` if the other side has given up, `ERR_PORT` if it turns this one away */
export function readTold(message: unknown): unknown {
  const { value, refused, abandoned } = message as Record<string, unknown>;
  if (typeof refused === 'string') throw new MpiError('ERR_PORT', refused);
  if (typeof abandoned === 'string') {
    throw new MpiError('ERR_PROC_FAILED', `the other job has given up: ${abandoned}`);
  }
  return value;
}

/** The address by which the other side reaches this host. */
function addressOf({ socket }: Talk): string {
  return (socket.localAddress ?? '').replace(/^::ffff:/, '');
}

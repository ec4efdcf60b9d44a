import { type ErrorCode, MpiError } from '../base/error.ts';
import { show } from '../base/show.ts';
import { Packed } from '../codec/payload.ts';
import { binomial } from '../collective/broadcast/binomial.ts';
import { describeWhat, whatOf } from '../collective/call/signature.ts';
import type { Channel } from '../collective/channel.ts';
import { checkRoot } from '../collective/check.ts';
import { Group } from '../group/group.ts';
import { numbersIn } from '../group/world-span.ts';
import { type Caller, wrong } from '../pt2pt/check.ts';
import type { Request } from '../request/request.ts';
import { allValues } from './all-values.ts';
import { attempt } from './attempt.ts';
import { type CreateOptions, checkCreation, refuseSpanning } from './creation.ts';
import type { Gateway, Meeting, MeetingOptions, MeetingPlan, Parts, Reach } from './parts.ts';

/**
 * How a group meets one of another job. All but the root and the name count on the root alone: when it gives up, by its `timeout`
 * or `signal`, all do.
 */
export interface AcceptOptions extends CreateOptions {
  /** The rank whose port counts; 0 if left out. */
  readonly root?: number | undefined;
}

/** The same for a group that goes to a port. */
export interface ConnectOptions extends AcceptOptions {
  /** The key of a port that was opened with one. */
  readonly key?: string | undefined;
}

type Call = 'accept' | 'connect';

/** Why there is no communicator, to all of the group; `again` if the next one who comes is to be waited for. */
interface Fault {
  readonly code: ErrorCode;
  readonly text: string;
  readonly again: boolean;
}

type Told<T> = { readonly value: T } | Fault;

/** What a root tells its group once it knows where the other one is: that, and a context to be tried. */
type Proposal = readonly [theirs: readonly Reach[], context: number];

/** Whether that context is new to both groups, and if not, the next one to be tried. */
type Verdict = readonly [agreed: boolean, context: number];

/**
 * Meet a group of another job at a port: the roots find each other, tell each other how their groups are reached, and agree on
 * a context that is new to both. Three exchanges of the roots, after each of which they tell their groups.
 */
export function meet<C>(
  parts: Parts,
  call: Call,
  port: string | undefined,
  options: ConnectOptions,
  make: (parts: Parts) => C,
): Request<C> {
  const { calls, maker } = parts;
  const { endpoint, rank } = calls;
  checkCreation(endpoint, call, options);
  refuseSpanning(parts, call, `call ${call} on world, or on another communicator of this job`);
  const { root = 0 } = options;
  checkRoot(endpoint, call, root);
  const { gateway } = maker;
  if (gateway === undefined) {
    const text = 'ports lead from one process to another, and these ranks are inside of one';
    throw wrong(endpoint, call, 'ERR_COMM', text);
  }
  const name = parts.name.derive(call, options.name);
  const what = whatOf(call, root);
  // As they are now; a mistake in them is news for all.
  const place = rank === root ? attempt(() => placeOf(endpoint, call, port, options)) : undefined;
  // The root gives up for all, so none of the others may give up before it.
  return calls.start(what, 0, undefined, async (channel, request) => {
    const arrange = async (): Promise<Meeting> => {
      const { worldRanks } = parts.group;
      const host = maker.hostOf(endpoint.ownWorldRank);
      const far = worldRanks.some((other) => maker.hostOf(other) !== host);
      const waiting = { request, call: describeWhat(what) };
      const wanted = { ...(place as () => Place)(), far, size: worldRanks.length, waiting };
      return call === 'accept' ? await gateway.accept(wanted) : await gateway.connect(wanted);
    };
    for (;;) {
      const meeting = new GroupMeeting(parts, gateway, channel, root, call);
      const made = await meeting.hold(rank === root ? arrange : undefined, (plan, context) => {
        const group = new Group(numbersIn(plan), endpoint.ownWorldRank);
        const remote = { group, comesLast: plan.comesLast };
        return { value: make(maker.open({ context, group: parts.group, remote, name })) };
      });
      if (made !== undefined) return made.value;
    }
  });
}

/** A shorter one can be found by trying. */
const SHORTEST_KEY_CHARS = 16;

/** Say why this cannot be the key of a port, which is not to be seen itself; undefined if it can. */
export function keyFault(key: unknown): string | undefined {
  if (typeof key === 'string' && key.length >= SHORTEST_KEY_CHARS) return undefined;
  const given = typeof key === 'string' ? `one of ${key.length}` : show(typeof key);
  return `the key must be a string of at least ${SHORTEST_KEY_CHARS} characters, not ${given}`;
}

type Place = Pick<MeetingOptions, 'port' | 'key' | 'timeout' | 'signal'>;

function placeOf(
  caller: Caller,
  call: Call,
  port: string | undefined,
  { key, timeout, signal }: ConnectOptions,
): Place {
  if (typeof port !== 'string') {
    const text = `the port must be a string that ports.open() gave, not ${show(port)}`;
    throw wrong(caller, call, 'ERR_ARG', text);
  }
  const fault = key === undefined ? undefined : keyFault(key);
  if (fault === undefined) return { port, key, timeout, signal };
  throw wrong(caller, call, 'ERR_ARG', fault);
}

/** The part of one rank in a meeting of its group with another one. */
class GroupMeeting {
  readonly #parts: Parts;
  readonly #gateway: Gateway;
  readonly #channel: Channel;
  readonly #root: number;
  readonly #call: Call;
  /** On the root alone. */
  #meeting: Meeting | undefined;
  #plan: MeetingPlan | undefined;

  constructor(parts: Parts, gateway: Gateway, channel: Channel, root: number, call: Call) {
    this.#parts = parts;
    this.#gateway = gateway;
    this.#channel = channel;
    this.#root = root;
    this.#call = call;
  }

  /**
   * Hold it.
   *
   * @param arrange  on the root: finds the other one
   * @param open  what comes of it: at once, so that there is no moment in which the groups are joined by nothing
   * @returns undefined if it is to be held again, with somebody else
   */
  async hold<T>(
    arrange: (() => Promise<Meeting>) | undefined,
    open: (plan: MeetingPlan, context: number) => T,
  ): Promise<T | undefined> {
    try {
      const plan = await this.#tell<MeetingPlan>(
        arrange &&
          (async () => {
            this.#meeting = await arrange();
            return this.#meeting.plan;
          }),
      );
      if (plan === undefined) return undefined;
      this.#plan = plan;
      const own = await this.#openAll(plan);
      const proposal = await this.#tell<Proposal>(
        this.#onRoot(async (meeting) => this.#propose(meeting, plan, own)),
      );
      if (proposal === undefined) return this.#giveUp();
      const [theirs, first] = proposal;
      const context = await this.#agree(plan, first);
      if (context === undefined) return this.#giveUp();
      this.#gateway.join(plan, theirs);
      this.#meeting?.settle(this.#parts.group.worldRanks);
      return open(plan, context);
    } catch (error) {
      this.#giveUp(error instanceof Error ? error.message : String(error));
      throw error;
    }
  }

  #onRoot<T>(work: (meeting: Meeting) => Promise<T>): (() => Promise<T>) | undefined {
    const meeting = this.#meeting;
    return meeting === undefined ? undefined : () => work(meeting);
  }

  #giveUp(reason: string = 'the meeting failed'): undefined {
    if (this.#plan !== undefined) this.#gateway.close(this.#plan);
    this.#meeting?.abandon(reason);
    return undefined;
  }

  /** Have every rank of this group accept messages of the other. @returns where, by rank */
  async #openAll(plan: MeetingPlan): Promise<readonly Reach[]> {
    const { maker } = this.#parts;
    const { rank } = this.#channel;
    // That there are processes with these numbers may be news here.
    await maker.known(numbersIn(plan));
    let mine: Told<Reach>;
    try {
      mine = { value: this.#gateway.open(plan, rank) };
    } catch (error) {
      mine = faultOf(error, false);
    }
    const all = (await allValues(this.#channel, mine)) as Told<Reach>[];
    return all.map((one) => {
      if ('value' in one) return one.value;
      throw new MpiError(one.code, one.text);
    });
  }

  async #propose(meeting: Meeting, plan: MeetingPlan, own: readonly Reach[]): Promise<Proposal> {
    const mine = [own, this.#parts.maker.drawContext()] as const;
    const [theirs, drawn] = (await meeting.exchange(mine)) as Proposal;
    return [theirs, plan.comesLast ? mine[1] : drawn];
  }

  /** Find a context that is new to all of both groups. */
  async #agree(plan: MeetingPlan, proposed: number): Promise<number | undefined> {
    const { maker } = this.#parts;
    for (let context = proposed; ; ) {
      const news = await allValues(this.#channel, maker.reserveContext(context));
      const isNew = news.every((one) => one === true);
      const verdict = await this.#tell<Verdict>(
        this.#onRoot(async (meeting) => {
          const mine: Verdict = [isNew, maker.drawContext()];
          const [theirs, drawn] = (await meeting.exchange(mine)) as Verdict;
          return [isNew && theirs, plan.comesLast ? mine[1] : drawn];
        }),
      );
      if (verdict === undefined) return undefined;
      if (verdict[0]) return context;
      context = verdict[1];
    }
  }

  /**
   * Tell the group what the root has found out.
   *
   * @param find  on the root alone
   * @returns undefined if it is to be tried again
   * @throws MpiError what `find` throws
   */
  async #tell<T>(find: (() => Promise<T>) | undefined): Promise<T | undefined> {
    let thrown: unknown;
    let packed: Packed | undefined;
    if (find !== undefined) {
      let told: Told<T>;
      try {
        told = { value: await find() };
      } catch (error) {
        thrown = error;
        // Who accepts waits for the next one, if one that came has gone.
        const again = this.#call === 'accept' && this.#meeting !== undefined;
        told = faultOf(error, again);
      }
      packed = Packed.of(told);
    }
    const told = (await binomial(this.#channel, this.#root, packed)).unpack() as Told<T>;
    if ('value' in told) return told.value;
    if (told.again) return undefined;
    throw thrown ?? new MpiError(told.code, told.text);
  }
}

/** @param retries  whether the other side may just have gone */
function faultOf(error: unknown, retries: boolean): Fault {
  if (error instanceof MpiError) {
    const { code, message: text } = error;
    return { code, text, again: retries && code === 'ERR_PROC_FAILED' };
  }
  const reason = error instanceof Error ? error.message : String(error);
  return { code: 'ERR_CANCELLED', text: `the root has given it up: ${reason}`, again: false };
}

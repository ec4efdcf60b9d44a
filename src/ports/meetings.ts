import { basename } from 'node:path';
import process from 'node:process';
import { MpiError } from '../base/error.ts';
import { VERSION } from '../base/version.ts';
import type { Meeting, MeetingOptions, MeetingPlan } from '../comm/parts.ts';
import { goTo } from './go-to.ts';
import { type Hello, readHello, refusalOf } from './hello.ts';
import { Lifeline } from './lifeline.ts';
import { type OpenPort, turnAway } from './open-port.ts';
import { Patience } from './patience.ts';
import { type Place, parsePort } from './port-name.ts';
import { RootMeeting, readTold, type Sides } from './root-meeting.ts';
import type { PortsSurroundings } from './surroundings.ts';
import type { Talk } from './talk.ts';
import type { WaitList } from './wait-list.ts';

/** The meetings of this process with roots of other jobs, and what comes of them. */
export class Meetings {
  readonly #around: PortsSurroundings;
  readonly #waits: WaitList;
  /** What messages call a port. */
  readonly #titleOf: (port: string) => string;
  readonly #lifelines = new Set<Lifeline>();

  constructor(around: PortsSurroundings, waits: WaitList, titleOf: (port: string) => string) {
    this.#around = around;
    this.#waits = waits;
    this.#titleOf = titleOf;
  }

  /** Say why somebody cannot be accepted here, if so. */
  refusal(hello: Hello): string | undefined {
    return refusalOf(hello, this.#self());
  }

  /** Wait for the next one who comes to a port of this process. */
  async accept(port: OpenPort, options: MeetingOptions): Promise<Meeting> {
    const { request, call } = options.waiting;
    const title = this.#titleOf(port.name);
    const patience = this.#patience(options, `nobody has come to ${title}`);
    return await this.#waits.during(request, `${call} at ${title}`, async () => {
      try {
        await patience.wait(this.#around.ready());
        for (;;) {
          const meeting = await this.#meetNext(port, options, patience);
          if (meeting !== undefined) return meeting;
        }
      } catch (error) {
        patience.stop();
        throw error;
      }
    });
  }

  /** Go to a port, and wait until somebody accepts there. */
  async connect(place: Place, options: MeetingOptions): Promise<Meeting> {
    const { port, key, waiting } = options;
    const title = this.#titleOf(port);
    const patience = this.#patience(options, `nobody has accepted at ${title}`);
    let talk: Talk | undefined;
    return await this.#waits.during(waiting.request, `${waiting.call} to ${title}`, async () => {
      try {
        await patience.wait(this.#around.ready());
        const going = goTo(place, key);
        // Should it be there only after this has been given up.
        going.then(
          (late) => patience.isOver && late.close(),
          () => {},
        );
        talk = await patience.wait(going);
        talk.hold();
        const mine = this.#hello(options);
        talk.send(mine);
        const theirs = readHello(readTold(await patience.wait(talk.next())));
        if (theirs === undefined) throw new MpiError('ERR_PORT', `${title} is no port of tsmpi`);
        return await this.#meet({ talk, mine, theirs, accepts: false, patience }, place.kind);
      } catch (error) {
        patience.stop();
        talk?.close();
        if (!(error instanceof MpiError) || error.code !== 'ERR_PROC_FAILED') throw error;
        throw new MpiError('ERR_PORT', `${title} was not got into: ${error.message}`);
      }
    });
  }

  /** A process of this job has entered `finalize`. */
  finishing(rank: number, framesSent: readonly number[]): void {
    for (const lifeline of this.#lifelines) lifeline.finishing(rank, framesSent);
  }

  /** A process of this job is lost. */
  lost(rank: number, reason: string): void {
    for (const lifeline of this.#lifelines) lifeline.lost(rank, reason);
  }

  /** This process has disconnected from a group. */
  part(plan: MeetingPlan): void {
    for (const lifeline of this.#lifelines) if (lifeline.plan === plan) lifeline.close();
  }

  /** All that was to be said to other jobs was said. */
  leave(): void {
    for (const lifeline of [...this.#lifelines]) lifeline.close();
  }

  /** @returns undefined if that one cannot be met */
  async #meetNext(
    port: OpenPort,
    options: MeetingOptions,
    patience: Patience,
  ): Promise<Meeting | undefined> {
    const { visitor, stop } = port.next();
    // Who comes at the last moment waits for the next one who accepts.
    visitor.then(
      (late) => patience.isOver && port.giveBack(late),
      () => {},
    );
    const { talk, hello: theirs } = await patience.wait(visitor).finally(stop);
    const mine = this.#hello(options);
    const refusal = refusalOf(theirs, mine);
    if (refusal !== undefined) {
      turnAway(talk, refusal);
      return undefined;
    }
    talk.send({ value: mine });
    const kind = parsePort(port.name)?.kind;
    try {
      return await this.#meet({ talk, mine, theirs, accepts: true, patience }, kind);
    } catch (error) {
      if (error instanceof MpiError && error.code === 'ERR_PROC_FAILED') return undefined;
      throw error;
    }
  }

  async #meet(
    sides: Omit<Sides, 'near' | 'host'>,
    kind: Place['kind'] | undefined,
  ): Promise<Meeting> {
    const { reserve, size, tell, host } = this.#around;
    const { talk, theirs } = sides;
    return await RootMeeting.begin(
      { ...sides, near: kind === 'unix', host },
      () => reserve(theirs.size, theirs.title),
      (plan, group) => {
        const lifeline = new Lifeline({
          talk,
          plan,
          group,
          title: theirs.title,
          size,
          tell: (rank, end) => tell({ kind: 'foreign', process: rank, end }),
          onEnd: () => this.#lifelines.delete(lifeline),
        });
        this.#lifelines.add(lifeline);
      },
    );
  }

  #self(): Pick<Hello, 'version' | 'job'> {
    return { version: VERSION, job: this.#around.job() };
  }

  #hello({ size, far }: MeetingOptions): Hello {
    const { bind, program } = this.#around;
    const title = `${basename(program)} (process ${process.pid})`;
    return { ...this.#self(), title, size, far, bind };
  }

  #patience({ timeout, signal }: MeetingOptions, what: string): Patience {
    return new Patience({ timeout, signal }, this.#around.clock, (ms) => {
      return new MpiError('ERR_TIMEOUT', `${what} within ${ms} ms`);
    });
  }
}

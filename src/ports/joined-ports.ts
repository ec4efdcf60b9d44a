import type { Gateway, Meeting, MeetingOptions, MeetingPlan, Reach } from '../comm/parts.ts';
import type { ToRank } from '../control/message.ts';
import { numbersIn } from '../group/world-span.ts';
import type { UserWait } from '../request/user-wait.ts';
import type { Desk } from './desk.ts';
import type { PortsSurroundings } from './surroundings.ts';

/** The way of a process to other jobs. What it takes is loaded when it is first used. */
export class JoinedPorts implements Gateway {
  readonly #around: PortsSurroundings;
  #loading: Promise<Desk> | undefined;
  #desk: Desk | undefined;
  #shut = false;
  /** The groups of other jobs that this process is joined with. */
  readonly #plans = new Set<MeetingPlan>();

  constructor(around: PortsSurroundings) {
    this.#around = around;
  }

  /** Whether `finalize` was called. */
  get isShut(): boolean {
    return this.#shut;
  }

  /** Get what ports, names and connections take. */
  async desk(): Promise<Desk> {
    this.#loading ??= import('./desk.ts').then(({ Desk: Loaded }) => new Loaded(this.#around));
    this.#desk = await this.#loading;
    return this.#desk;
  }

  async accept(options: MeetingOptions): Promise<Meeting> {
    return await (await this.desk()).accept(options);
  }

  async connect(options: MeetingOptions): Promise<Meeting> {
    return await (await this.desk()).connect(options);
  }

  open(plan: MeetingPlan, rank: number): Reach {
    return this.#around.ways().open(plan, rank);
  }

  join(plan: MeetingPlan, theirs: readonly Reach[]): void {
    this.#around.ways().join(plan, theirs);
    this.#plans.add(plan);
    this.#around.introduce(numbersIn(plan));
  }

  part(connected: readonly number[]): void {
    for (const plan of this.#plans) {
      const numbers = numbersIn(plan);
      if (numbers.some((number) => connected.includes(number))) continue;
      this.#plans.delete(plan);
      this.#around.dismiss(numbers);
      this.#around.ways().leave(plan);
      this.#desk?.meetings.part(plan);
    }
  }

  close(plan: MeetingPlan): void {
    this.#around.ways().leave(plan);
  }

  /** What waits here. */
  waits(): UserWait[] {
    return [...(this.#desk?.waits ?? [])];
  }

  /** A process of this job has entered `finalize`. */
  finishing(rank: number, framesSent: readonly number[]): void {
    this.#desk?.meetings.finishing(rank, framesSent);
  }

  /** Pass on what the launcher says of processes of this job. */
  hear(message: ToRank): void {
    if (message.kind === 'finalizing') this.finishing(message.rank, message.framesSent);
    if (message.kind === 'lost') this.#desk?.meetings.lost(message.rank, message.reason);
  }

  /** This process has entered `finalize`. */
  shut(): void {
    this.#shut = true;
    this.#desk?.shut();
  }

  /** This job is over. */
  leave(): void {
    this.#desk?.meetings.leave();
  }
}

import { assert } from '../base/error.ts';
import type { Communicator, Intercommunicator } from '../comm/communicator.ts';
import { Universe } from '../comm/universe.ts';
import type { SegmentStart, ToRank, Wait } from '../control/message.ts';
import type { ControlPipe } from '../control/pipe.ts';
import { Engine } from '../match/engine.ts';
import { Lines } from '../match/lines.ts';
import { Adoption } from '../rank/adoption.ts';
import { ALONE } from '../rank/alone.ts';
import { LauncherSpawner } from '../rank/launcher-spawner.ts';
import type { Member, RankProcess } from '../rank/process.ts';
import { afterUnheld, realClock } from '../rank/real-clock.ts';
import type { StackFilter } from '../rank/stack.ts';
import { Standstill } from '../rank/standstill.ts';
import { Transports } from '../rank/transports.ts';
import { describeWaits, messageWaits, withServing } from '../rank/waits.ts';
import { JoinedStore } from '../store/joined-store.ts';
import type { StoreLink } from '../store/link.ts';
import type { Store } from '../store/store.ts';
import { joinPorts, type OtherJobs } from './other-jobs.ts';
import { Pools } from './pools.ts';

/**
 * The one place that joins everything for a real process: what the launcher left, the control pipe,
 * the transports, the engine and the world.
 */

/** Frames that others had sent when all had finalized are waited for so long, and looked for so often. */
const LAST_FRAMES_MS = 2000;
const LOOK_MS = 5;

/** This process as a member of its world. */
export class WorldMember implements Member {
  readonly engine: Engine;
  readonly world: Communicator;
  readonly self: Communicator;
  /** Between this world and those who have spawned it. */
  readonly parent: Intercommunicator | undefined;
  readonly store: Store;
  readonly otherJobs: OtherJobs;
  readonly #link: StoreLink;
  readonly #store: JoinedStore;
  readonly #rank: RankProcess | undefined;
  readonly #universe: Universe;
  readonly #spawner: LauncherSpawner;
  /** The way to the launcher; to one of its own for a program that plain Node runs. */
  readonly #pipe: ControlPipe;
  readonly #adoption: Adoption | undefined;
  /** Only under `--check`. */
  readonly #lines: Lines | undefined;
  readonly #transports: Transports;
  /** The part of this process in pools. */
  readonly pools: Pools;
  readonly #standstill: Standstill;
  #allFinalized: () => void = () => {};
  #finalized: Promise<void> | undefined;

  constructor(rank: RankProcess | undefined) {
    this.#rank = rank;
    this.#adoption = rank === undefined ? new Adoption(this) : undefined;
    const pipe = rank?.pipe ?? (this.#adoption as Adoption);
    this.#pipe = pipe;
    const start = rank?.start ?? ALONE;
    this.#standstill = new Standstill({
      process,
      pipe,
      after: afterUnheld,
      engine: () => this.engine,
      awaited: () => {
        // Those wait for a launcher's answer, and for what may come from outside of the job.
        const answers = this.#spawner.waits().length + this.otherJobs.gateway.waits().length;
        return answers > 0 ? undefined : this.#link.awaited();
      },
    });
    const userLine = (stack: string): string | undefined => rank?.userLine(stack);
    // What a worker of a pool leaves is the pool's affair.
    const accounts = start.check === true && rank?.isWorker === false;
    this.#lines = accounts ? new Lines(userLine) : undefined;
    let transports: Transports | undefined;
    this.engine = new Engine({
      rank: start.rank,
      size: start.size,
      isForeign: (other) => transports?.isForeign(other) === true,
      clock: realClock,
      eagerBytes: start.eagerBytes < 0 ? Number.POSITIVE_INFINITY : start.eagerBytes,
      onWanted: (wanted) => (wanted ? pipe.hold() : pipe.release()),
      onStill: () => this.#standstill.watch(),
      lines: this.#lines,
      connect: (events) => {
        transports = new Transports(start, events, (...lost) => this.engine.peerLost(...lost));
        return transports.route;
      },
    });
    assert(transports !== undefined, 'an engine without transports');
    this.#transports = transports;
    this.#spawner = new LauncherSpawner(pipe, start.compiled, async () => this.#adoption?.begin());
    const { engine } = this;
    this.otherJobs = joinPorts({ start, pipe, spawner: this.#spawner, engine, transports });
    this.#universe = new Universe({
      engine: this.engine,
      choices: start.choices,
      check: start.check,
      hosts: start.hosts,
      span: start.world,
      parent: start.parent,
      spawner: this.#spawner,
      gateway: this.otherJobs.gateway,
      lines: this.#lines,
      userLine,
    });
    this.world = this.#universe.world;
    this.self = this.#universe.self;
    this.parent = this.#universe.parent;
    const { worldRanks } = this.world.group;
    this.#store = new JoinedStore({
      rank: start.rank,
      size: start.size,
      clock: realClock,
      pipe,
      alone: rank === undefined,
      nameOf: (process) => {
        const at = worldRanks.indexOf(process);
        return at < 0 ? `process ${process}` : `rank ${at}`;
      },
    });
    this.store = this.#store.store;
    this.#link = this.#store.link;
    rank?.enter(this);
    this.pools = new Pools({
      rank,
      clock: realClock,
      world: this.world,
      self: this.self,
      parent: this.parent,
      crew: () => this.#universe.crew(),
      tell: (message) => this.#pipe.send(message),
      lookAtMost: (ms) => this.#transports.lookAtMost(ms),
    });
    // At once: others wait for its port, and the program may compute before it lets anything else run.
    rank?.join(this.#transports.port());
  }

  get finalizing(): boolean {
    return this.engine.finalized;
  }

  waits(filter: StackFilter): Promise<Wait[]> {
    const asked = [this.#link, this.#spawner, this.otherJobs.gateway];
    const { holdups } = this.engine;
    const waits = messageWaits(this.engine.operations(), holdups);
    for (const one of asked) waits.push(...one.waits());
    return describeWaits(withServing(waits, this.pools.idle), realClock.now(), filter);
  }

  /** `adopted` and `where` are answered by the process, which asks `waits`. */
  onMessage(message: ToRank): void {
    this.#standstill.heard();
    this.otherJobs.gateway.hear(message);
    switch (message.kind) {
      case 'addresses':
        this.#transports.takePorts(message.addresses);
        break;
      case 'finalizing':
        this.engine.peerFinishing(message.rank, message.framesSent[this.engine.rank] ?? 0);
        this.#link.peerGone(message.rank);
        break;
      case 'finalized':
        this.#allFinalized();
        break;
      case 'lost':
        this.engine.peerLost(message.rank, message.reason);
        this.#link.peerGone(message.rank, message.reason);
        break;
      case 'ending':
        this.engine.jobEnding(message.rank, message.reason);
        this.#link.jobEnding(message.rank, message.reason);
        break;
      case 'store':
        this.#link.take(message.answers);
        break;
      case 'grown':
        this.#grow(message);
        break;
      case 'spawned':
      case 'not-spawned':
      case 'parted':
        this.#spawner.answered(message);
        break;
    }
  }

  /** There are further processes. What is known of from the start may be said again. */
  #grow({ first, hosts, segments, network }: ToRank & { readonly kind: 'grown' }): void {
    const size = first + hosts.length;
    if (size <= this.engine.size) return;
    const hadPort = this.#transports.port() !== undefined;
    this.#transports.grow(first, hosts, segments, network);
    if (this.#adoption !== undefined) this.#transports.open();
    const port = this.#transports.port();
    if (!hadPort && port !== undefined) this.#rank?.join(port);
    this.engine.grow(size);
    this.#link.grow(size, (other) => this.#transports.isForeign(other));
    this.#universe.grow(first, hosts);
  }

  adopted(folder: string, segment: SegmentStart | undefined, file: number | undefined): void {
    this.#transports.use(folder, segment, file);
    this.#store.adopted();
  }

  abandoned(): void {
    const text = 'the launcher of the spawned processes is gone, and so are they';
    for (let peer = 1; peer < this.engine.size; peer += 1) this.engine.peerLost(peer, text);
    this.#link.lose(text);
    this.#spawner.lost(text);
    this.#allFinalized();
  }

  deadEnd(): boolean {
    if (this.#standstill.idle()) return true;
    const waits = this.#link.deadEnd();
    if (this.engine.operations().length === 0) return waits;
    this.engine.deadEnd();
    return true;
  }

  loaded(): void {
    this.pools.loaded();
  }

  over(): void {
    const served = this.pools.over();
    if (served === undefined) void this.finalize();
    else void served.then(() => this.finalize());
  }

  /** The event loop of a program that plain Node runs has run empty. */
  idle(): void {
    if (!this.deadEnd() && this.#adoption?.begun === true) void this.finalize();
  }

  finalize(): Promise<void> {
    this.#finalized ??= this.#finalize();
    return this.#finalized;
  }

  async #finalize(): Promise<void> {
    this.otherJobs.gateway.shut();
    await Promise.all([this.engine.finalize(), this.#link.finalize()]);
    // Nobody waits for a program that has spawned none.
    if (this.#adoption?.begun !== false) {
      const pipe = this.#pipe;
      // Until every rank is here this one stays, so that nothing it sent can be lost with it.
      pipe.hold();
      await new Promise<void>((resolve) => {
        this.#allFinalized = resolve;
        const framesSent = this.engine.framesSent();
        pipe.send({ kind: 'finalizing', framesSent, lines: this.#lines?.all });
        this.otherJobs.gateway.finishing(this.engine.rank, framesSent);
      });
      if (this.#lines !== undefined) await this.#last();
      pipe.release();
      this.engine.lookBack();
      const unmatched = this.#lines?.unmatched;
      if (unmatched !== undefined) pipe.send({ kind: 'unmatched', ...unmatched });
    }
    await this.engine.close();
    this.otherJobs.gateway.leave();
  }

  /** Resolve when the last frames have come, which may be under way though all have finalized; or when that takes too long. */
  async #last(): Promise<void> {
    const since = realClock.now();
    while (this.engine.owed && realClock.now() - since < LAST_FRAMES_MS) {
      await new Promise<void>((resolve) => realClock.after(LOOK_MS, resolve));
    }
  }
}

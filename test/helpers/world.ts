import type { Communicator } from '../../src/comm/communicator.ts';
import { Universe } from '../../src/comm/universe.ts';
import { Endpoint } from '../../src/match/endpoint.ts';
import { Engine } from '../../src/match/engine.ts';
import type { Mailbox } from '../../src/match/mailbox.ts';
import { LocalNetwork } from '../../src/transport/local.ts';
import {
  MAX_HEADER_WORDS,
  type OnFrame,
  type TransportEvents,
} from '../../src/transport/transport.ts';
import { ManualClock } from './manual-clock.ts';

/** How the ranks of a test are joined. */
export interface TestWorldOptions {
  readonly seed?: number;
  readonly eagerBytes?: number;
  readonly creditBytes?: number;
  /** Payloads can be pulled now and then. */
  readonly exposes?: boolean;
}

/** Engines over a seeded network, all in the hands of one test; their clock stands still. */
export class TestEngines {
  readonly clock: ManualClock = new ManualClock();
  readonly engines: readonly Engine[];
  #turnsDue = 0;

  constructor(size: number, { seed = 1, eagerBytes, creditBytes, exposes }: TestWorldOptions = {}) {
    const network = new LocalNetwork({
      size,
      seed,
      exposes,
      schedule: (turn) => {
        this.#turnsDue += 1;
        setImmediate(() => {
          this.#turnsDue -= 1;
          turn();
        });
      },
    });
    const connect: (rank: number) => Engine = (rank) =>
      new Engine({
        rank,
        size,
        clock: this.clock,
        eagerBytes,
        creditBytes,
        connect: (events) => network.connect(rank, lendOften(events)),
      });
    this.engines = Array.from({ length: size }, (_, rank) => connect(rank));
  }

  /** One context that all ranks belong to, as `rank` sees it. */
  endpoint(rank: number, context: number = 0): Endpoint {
    const worldRanks = this.engines.map((engine) => engine.rank);
    return new Endpoint(context, rank, worldRanks);
  }

  engine(rank: number): Engine {
    return this.engines[rank] as Engine;
  }

  /** Wait until no message moves any more. */
  readonly settle: () => Promise<void> = async () => {
    do await turn();
    while (this.#turnsDue > 0);
  };

  /** A rank ends: the others learn how much it sent. */
  async finish(rank: number): Promise<void> {
    const engine = this.engine(rank);
    await engine.finalize();
    const framesSent = engine.framesSent();
    for (const other of this.engines) {
      if (other !== engine) other.peerFinishing(rank, framesSent[other.rank] as number);
    }
  }

  /** A rank is lost: it hears nothing more, and the others learn of it. */
  lose(rank: number, reason: string = `rank ${rank} was killed`): void {
    void this.engine(rank).close();
    for (const other of this.engines) if (other.rank !== rank) other.peerLost(rank, reason);
  }
}

/** Communicators over such engines: one test plays all ranks. */
export class TestWorld extends TestEngines {
  readonly universes: readonly Universe[];
  readonly ranks: readonly Communicator[];

  constructor(size: number, options: TestWorldOptions = {}) {
    super(size, options);
    this.universes = this.engines.map((engine) => new Universe({ engine }));
    this.ranks = this.universes.map((universe) => universe.world);
  }

  rank(rank: number): Communicator {
    return this.ranks[rank] as Communicator;
  }
}

/**
 * Hand on every second frame as part of a larger Buffer that is spoilt right after, as a transport may
 * that reuses its memory.
 */
function lendOften(events: TransportEvents): TransportEvents {
  const memory = Buffer.alloc(64 * 1024);
  const headers = new Int32Array(MAX_HEADER_WORDS + 1);
  let frames = 0;
  const onFrame: OnFrame = (source, header, payload) => {
    frames += 1;
    if (frames % 2 === 0 || payload.length + 64 > memory.length) {
      events.onFrame(source, header, payload);
      return;
    }
    const lentHeader = headers.subarray(1, 1 + header.length);
    const lentPayload = memory.subarray(48, 48 + payload.length);
    lentHeader.set(header);
    lentPayload.set(payload);
    events.onFrame(source, lentHeader, lentPayload);
    headers.fill(-7);
    memory.fill(0xaa, 0, 48 + payload.length);
  };
  return { ...events, onFrame };
}

/** Two ranks. */
export function pair(
  options: TestWorldOptions = {},
): [a: Communicator, b: Communicator, world: TestWorld] {
  const world = new TestWorld(2, options);
  return [world.rank(0), world.rank(1), world];
}

/** Let the event loop turn once: one delivery is made, if any is due. */
export function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/** The messages that lie unread in a mailbox, in bytes of data. */
export function unreadBytes(mailbox: Mailbox): number {
  return [...mailbox.unexpected].reduce((sum, { payload }) => sum + (payload?.length ?? 0), 0);
}

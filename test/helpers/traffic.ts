import type { Communicator } from '../../src/comm/communicator.ts';
import { Universe } from '../../src/comm/universe.ts';
import { Engine } from '../../src/match/engine.ts';
import { FrameKind, kindOf } from '../../src/match/frame.ts';
import { LocalNetwork } from '../../src/transport/local.ts';
import type { Transport } from '../../src/transport/transport.ts';
import { ManualClock } from './manual-clock.ts';

/** What some ranks sent each other, themselves included. */
export interface Traffic {
  messages: number;
  /** Of data alone. */
  bytes: number;
}

/** Count the messages that ranks send while each of them does the same. */
export async function trafficOf(
  size: number,
  main: (world: Communicator) => Promise<unknown>,
): Promise<Traffic> {
  const traffic: Traffic = { messages: 0, bytes: 0 };
  const network = new LocalNetwork({ size, seed: size, schedule: setImmediate });
  const clock = new ManualClock();
  // All messages are eager, so that each is one frame.
  const eagerBytes = Number.POSITIVE_INFINITY;
  const engines = Array.from(
    { length: size },
    (_, rank) =>
      new Engine({
        rank,
        size,
        clock,
        eagerBytes,
        connect: (events) => counted(network.connect(rank, events), traffic),
      }),
  );
  await Promise.all(engines.map((engine) => main(new Universe({ engine }).world)));
  await Promise.all(engines.map((engine) => engine.close()));
  return traffic;
}

function counted(transport: Transport, traffic: Traffic): Transport {
  return {
    ...transport,
    send: (rank, frame) => {
      if (kindOf(frame.header) === FrameKind.EAGER) {
        traffic.messages += 1;
        traffic.bytes += frame.payload.length;
      }
      return transport.send(rank, frame);
    },
  };
}

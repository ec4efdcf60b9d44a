import type { Communicator } from '../../src/comm/communicator.ts';
import { Universe } from '../../src/comm/universe.ts';
import { Engine } from '../../src/match/engine.ts';
import { FrameKind, kindOf } from '../../src/match/frame.ts';
import type { Transport, TransportEvents } from '../../src/transport/transport.ts';
import { ManualClock } from './manual-clock.ts';

/** What a call sends, on all ranks together. */
export interface Traffic {
  messages: number;
  /** Of data, headers not counted. */
  bytes: number;
}

/** So many frames are delivered before the event loop turns. */
const BURST = 1000;

/**
 * Count the messages that ranks send in a call, each to another.
 *
 * Every message goes out at once, so that it is one frame. They arrive in the order in which they were sent: with hundreds of ranks, to
 * choose among all that are under way would take most of the time.
 */
export async function trafficOf(
  size: number,
  call: (world: Communicator) => PromiseLike<unknown>,
): Promise<Traffic> {
  const traffic: Traffic = { messages: 0, bytes: 0 };
  const events: TransportEvents[] = [];
  const due: (() => void)[] = [];
  let next = 0;
  const deliver = (): void => {
    for (let frames = 0; frames < BURST && next < due.length; frames += 1, next += 1) due[next]?.();
    if (next < due.length) setImmediate(deliver);
    else due.length = next = 0;
  };
  const connect = (rank: number, own: TransportEvents): Transport => {
    events[rank] = own;
    return {
      name: 'counting',
      reach: () => true,
      send: (dest, { header, payload }) => {
        const isMessage = kindOf(header) === FrameKind.EAGER && dest !== rank;
        if (isMessage) {
          traffic.messages += 1;
          traffic.bytes += payload.length;
        }
        const copies = [new Int32Array(header), new Uint8Array(payload)] as const;
        due.push(() => events[dest]?.onFrame(rank, ...copies));
        if (due.length === 1) setImmediate(deliver);
        return undefined;
      },
      listen: () => {},
      close: () => Promise.resolve(),
    };
  };
  const clock = new ManualClock();
  const worlds = Array.from({ length: size }, (_, rank) => {
    const eagerBytes = Number.POSITIVE_INFINITY;
    const engine = new Engine({
      rank,
      size,
      clock,
      eagerBytes,
      connect: (own) => connect(rank, own),
    });
    return new Universe({ engine }).world;
  });
  await Promise.all(worlds.map(call));
  return traffic;
}

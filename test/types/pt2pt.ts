/** What the types promise; compiling this file is the test. */
import type { Communicator } from '../../src/comm/communicator.ts';
import type { SendReceiveOptions } from '../../src/comm/point-to-point.ts';
import type { ReceiveOptions, SendOptions } from '../../src/pt2pt/channel.ts';
import type { MatchedMessage } from '../../src/pt2pt/matched-message.ts';
import type { Received } from '../../src/pt2pt/messages.ts';
import { type PersistentRequest, startAll } from '../../src/pt2pt/persistent.ts';
import type { Request } from '../../src/request/request.ts';
import type { Status } from '../../src/request/status.ts';
import {
  type Completed,
  type MaybeRequest,
  testAll,
  testAny,
  testSome,
  waitAll,
  waitAny,
  waitSome,
} from '../../src/request/wait.ts';
import { runRanks } from '../../src/testing.ts';
import { isExactly } from '../helpers/is-exactly.ts';

declare const world: Communicator;

export async function operations(): Promise<void> {
  isExactly<Request<void>>()(world.send({ any: new Map() }, 1));
  isExactly<Request<string>>()(world.receive<string>());
  isExactly<Request<unknown>>()(world.receive(0, { tag: 1, into: new Float64Array(1) }));
  isExactly<Request<number>>()(world.sendReceive<number>('x', 1));
  isExactly<Request<Status>>()(world.probe());
  isExactly<Status | undefined>()(world.iprobe());
  isExactly<Request<MatchedMessage>>()(world.mprobe());
  isExactly<MatchedMessage | undefined>()(world.improbe(0, { tag: 1 }));
  isExactly<PersistentRequest<void>>()(world.sendInit(1, 0));
  isExactly<PersistentRequest<Date>>()(world.receiveInit<Date>());
  isExactly<AsyncIterableIterator<Received<number>>>()(world.messages<number>({ source: 1 }));

  isExactly<string>()(await world.receive<string>());
  isExactly<void>()(await world.send(1, 0));
  const message = await world.mprobe();
  isExactly<string>()(await message.receive<string>({ timeout: 5 }));
  for await (const { value, status } of world.messages<bigint>()) {
    isExactly<bigint>()(value);
    isExactly<Status>()(status);
  }
}

export async function requests(): Promise<void> {
  const request = world.receive<string>();
  isExactly<Promise<string>>()(request.then((text) => text));
  isExactly<Status | undefined>()(request.status);
  isExactly<boolean>()(request.test());
  isExactly<Promise<boolean>>()(request.cancel());

  const number = world.receive<number>();
  type Sent = Awaited<Request<void>>;
  isExactly<[string, number, Sent]>()(await waitAll([request, number, world.send(1, 0)]));
  isExactly<[string, undefined]>()(await waitAll([request, undefined]));
  isExactly<[string, number]>()(await Promise.all([request, number]));
  const list: MaybeRequest<string>[] = [request, undefined];
  isExactly<(string | undefined)[]>()(await waitAll(list));
  isExactly<Completed<string> | undefined>()(await waitAny(list));
  isExactly<Completed<string>[]>()(await waitSome(list));
  isExactly<Completed<string> | undefined>()(testAny(list));
  isExactly<Completed<string>[]>()(testSome(list));
  isExactly<(string | undefined)[] | undefined>()(testAll(list));
  isExactly<Request<void>[]>()(startAll([world.sendInit(1, 0)]));
  isExactly<string[]>()(await runRanks(2, async ({ rank }) => String(rank), { seed: 1 }));
}

export function mistakes(): void {
  // @ts-expect-error a source is a number
  void world.receive('1');
  // @ts-expect-error into is a typed array
  void world.receive(1, { into: 'x' });
  // @ts-expect-error into is no DataView
  void world.receive(1, { into: new DataView(new ArrayBuffer(1)) });
  // @ts-expect-error the array goes into the options
  void world.receive(1, new Float64Array(1));
  // @ts-expect-error a tag is a number
  void world.receive(1, { tag: '7' });
  // @ts-expect-error there is no such option
  void world.receive(1, { timeoutMs: 5 });
  // @ts-expect-error a send needs its dest
  void world.send('x');
  // @ts-expect-error there is no such mode
  void world.send('x', 1, { mode: 'fast' });
  // @ts-expect-error a sendReceive has no mode
  void world.sendReceive('x', 1, 1, { mode: 'synchronous' });
  // @ts-expect-error a probe receives nothing
  void world.probe(1, { into: new Uint8Array(1) });
  // @ts-expect-error a signal is an AbortSignal
  void world.receive(1, { signal: 'SIGINT' });
  // @ts-expect-error a rank cannot be set
  world.rank = 3;
  // @ts-expect-error a request is not its value
  isExactly<string>()(world.receive<string>());
  // @ts-expect-error runRanks needs a function
  void runRanks(2);
}

// An option may be passed as undefined, as when it is handed through.
export const send: SendOptions = { tag: undefined, mode: undefined, timeout: undefined };
export const receive: ReceiveOptions = { tag: undefined, into: undefined, signal: undefined };
export const sendReceive: SendReceiveOptions = { sendTag: undefined, receiveTag: undefined };

import type { Communicator } from '../../src/comm/communicator.ts';
import { matches } from '../../src/match/envelope.ts';
import type { MatchedMessage } from '../../src/pt2pt/matched-message.ts';
import type { Request } from '../../src/request/request.ts';
import type { Status } from '../../src/request/status.ts';
import { idOf, messageValue, type Program, type Step } from './random-program.ts';
import { TestWorld, turn } from './world.ts';

/** How a request ended. */
type End = { readonly value: unknown } | { readonly error: unknown } | undefined;

/** A request and what is known of it. */
class Watched<T> {
  readonly request: Request<T>;
  end: End;
  /** The answer to `cancel`, if it was called. */
  cancelled: boolean | 'unanswered' | undefined;

  constructor(request: Request<T>) {
    this.request = request;
    request.then(
      (value) => {
        this.end = { value };
      },
      (error: unknown) => {
        this.end = { error };
      },
    );
  }

  get code(): string | undefined {
    const { end } = this;
    return end !== undefined && 'error' in end ? (end.error as { code: string }).code : undefined;
  }

  get value(): unknown {
    return this.end !== undefined && 'value' in this.end ? this.end.value : undefined;
  }

  cancel(): void {
    this.cancelled = 'unanswered';
    void this.request.cancel().then((undone) => {
      this.cancelled = undone;
    });
  }
}

class Sent extends Watched<void> {
  readonly id: number;
  readonly step: Step & { kind: 'send' };

  constructor(id: number, step: Step & { kind: 'send' }, request: Request<void>) {
    super(request);
    this.id = id;
    this.step = step;
  }
}

type ReceiveStep = Exclude<Step, { kind: 'send' | 'take' | 'cancel' | 'turns' }>;

/** Whatever can take a message: a receive, or a matched probe with the receive that follows it. */
class Taker {
  readonly order: number;
  readonly step: ReceiveStep;
  readonly posted: Watched<unknown> | undefined;
  matched: MatchedMessage | undefined;
  receive: Watched<unknown> | undefined;

  constructor(order: number, step: ReceiveStep, posted: Watched<unknown> | undefined) {
    this.order = order;
    this.step = step;
    this.posted = posted;
    if (step.kind === 'receive') this.receive = posted;
  }

  accepts({ step }: Sent): boolean {
    return step.dest === this.step.rank && matches(this.step, { source: step.rank, tag: step.tag });
  }

  /** Whether it took a message that cannot be told, since it could not be decoded. */
  get spoilt(): boolean {
    return ['ERR_TRUNCATE', 'ERR_TYPE'].includes(this.receive?.code ?? '');
  }
}

/**
 * Run a program, and throw if MPI's rules do not allow what happened.
 *
 * With wildcards many outcomes are right, so the rules are checked and not one outcome.
 */
export async function playAndCheck(program: Program): Promise<void> {
  const world = new TestWorld(program.size, { ...program, exposes: true });
  const sends: Sent[] = [];
  const takers: Taker[] = [];
  const probes: { readonly step: ReceiveStep; readonly watched: Watched<Status> }[] = [];
  const seen: { readonly step: ReceiveStep; readonly status: Status }[] = [];
  const rank = (at: number): Communicator => world.rank(at);

  for (const [order, step] of program.steps.entries()) {
    switch (step.kind) {
      case 'send': {
        const value = messageValue(sends.length, step.form, step.length);
        const request = rank(step.rank).send(value, step.dest, step);
        if (step.mode === 'buffered') {
          check(request.test(), 'a buffered send completes at once');
          if (value instanceof Uint32Array) value.fill(77);
        }
        sends.push(new Sent(sends.length, step, request));
        break;
      }
      case 'receive': {
        const into = step.into === undefined ? undefined : new Uint32Array(step.into);
        const request = rank(step.rank).receive(step.source, { tag: step.tag, into });
        takers.push(new Taker(order, step, new Watched<unknown>(request)));
        break;
      }
      case 'probe':
        probes.push({
          step,
          watched: new Watched(rank(step.rank).probe(step.source, { tag: step.tag })),
        });
        break;
      case 'iprobe': {
        const status = rank(step.rank).iprobe(step.source, { tag: step.tag });
        if (status !== undefined) seen.push({ step, status });
        break;
      }
      case 'mprobe': {
        const request = rank(step.rank).mprobe(step.source, { tag: step.tag });
        const taker = new Taker(order, step, new Watched<unknown>(request));
        request.then(
          (message) => {
            taker.matched = message;
          },
          () => {},
        );
        takers.push(taker);
        break;
      }
      case 'improbe': {
        const taker = new Taker(order, step, undefined);
        taker.matched = rank(step.rank).improbe(step.source, { tag: step.tag });
        if (taker.matched !== undefined) takers.push(taker);
        break;
      }
      case 'take': {
        const ready = takers.filter((taker) => taker.matched && !taker.receive);
        const taker = ready[step.pick % Math.max(ready.length, 1)];
        if (taker !== undefined) receiveMatched(taker);
        break;
      }
      case 'cancel': {
        const all: Watched<unknown>[] = [...sends, ...probes.map(({ watched }) => watched)];
        for (const { posted } of takers) if (posted !== undefined) all.push(posted);
        const watched = all[step.pick % Math.max(all.length, 1)];
        if (watched?.cancelled === undefined) watched?.cancel();
        break;
      }
      case 'turns':
        for (let i = 0; i < step.turns; i += 1) await turn();
    }
  }
  await world.settle();
  checkRules(sends, takers);

  // Now everything is taken out that is left, and nothing may be missing or stay behind.
  for (const taker of takers) if (taker.matched && !taker.receive) receiveMatched(taker);
  const unread = await drain(world, sends);
  for (const { posted } of takers) if (posted?.end === undefined) posted?.cancel();
  for (const { watched } of probes) if (watched.end === undefined) watched.cancel();
  await world.settle();
  checkBooks(sends, takers, unread);
  for (const { step, watched } of probes) {
    if (watched.value !== undefined) seen.push({ step, status: watched.value as Status });
  }
  for (const { step, status } of seen) {
    const real = sends.some(({ step: send }) => send.dest === step.rank && describes(status, send));
    check(real && matches(step, status), 'a probe shows a message that was sent to it');
  }
  for (const engine of world.engines) check(engine.operations().length === 0, 'nothing is left');
}

function receiveMatched(taker: Taker): void {
  const { matched, step } = taker;
  if (matched === undefined) return;
  const into = step.into === undefined ? undefined : new Uint32Array(step.into);
  taker.receive = new Watched<unknown>(matched.receive({ into }));
}

/** What must hold as soon as no message moves any more. */
function checkRules(sends: readonly Sent[], takers: readonly Taker[]): void {
  const takerOf = new Map<number, Taker>();
  for (const taker of takers) {
    const { receive } = taker;
    if (receive?.end === undefined || !('value' in receive.end)) continue;
    const send = sends[idOf(receive.value)];
    check(send !== undefined, 'what is received was sent');
    check(!takerOf.has(send.id), 'a message is delivered at most once');
    takerOf.set(send.id, taker);
    check(taker.accepts(send), 'a receive takes only what its envelope allows');
    checkValue(receive, send);
  }

  for (const send of sends) {
    const taken = takerOf.has(send.id);
    const { mode } = send.step;
    check(send.cancelled !== 'unanswered', 'a cancel is answered');
    if (send.cancelled === true) {
      check(!taken, 'a cancelled message is not delivered');
      check(send.code === 'ERR_CANCELLED', 'a cancelled send says so');
      check(send.request.status?.cancelled === true, 'so does its status');
    } else if (mode === 'ready') {
      check(send.end !== undefined, 'a ready send ends soon');
      check(send.code === undefined || send.code === 'ERR_READY', 'in one of two ways');
      if (send.code !== undefined) check(!taken, 'a failed ready send is not delivered');
    } else {
      check(send.code === undefined, 'no other send fails');
      if (taken) check(send.end !== undefined, 'a send whose message is received is complete');
      const spoilt = takers.some((taker) => taker.spoilt && taker.accepts(send));
      if (mode === 'synchronous' && send.end !== undefined) {
        check(taken || spoilt, 'a synchronous send is complete only when received');
      }
    }
  }

  for (const taker of takers) {
    const { receive, posted } = taker;
    check(posted?.cancelled !== 'unanswered', 'a cancel is answered');
    if (posted?.cancelled === true) {
      check(posted.code === 'ERR_CANCELLED', 'a cancelled receive says so');
      check(posted.request.status?.cancelled === true, 'so does its status');
    }
    const mine = receive?.value === undefined ? undefined : sends[idOf(receive.value)];
    if (mine !== undefined) checkOrder(mine, taker, sends, takers, takerOf);
  }
}

/** No message overtakes another of the same sender, and no receive another of the same rank. */
function checkOrder(
  mine: Sent,
  taker: Taker,
  sends: readonly Sent[],
  takers: readonly Taker[],
  takerOf: ReadonlyMap<number, Taker>,
): void {
  for (const older of sends.slice(0, mine.id)) {
    if (older.step.rank !== mine.step.rank || !taker.accepts(older)) continue;
    if (older.cancelled === true || older.code === 'ERR_READY') continue;
    // A waiting matched probe stands in no order to the receives: those come first.
    const inOrder = (other: Taker): boolean =>
      other.order < taker.order || (taker.step.kind === 'mprobe' && other !== taker);
    const by = takerOf.get(older.id);
    const taken =
      by === undefined
        ? takers.some((other) => {
            const unknown = other.spoilt || (other.matched && other.receive === undefined);
            return unknown && other.accepts(older) && inOrder(other);
          })
        : inOrder(by);
    check(taken, `message ${mine.id} overtook message ${older.id}`);
  }
  for (const earlier of takers) {
    if (earlier.step.kind !== 'receive' || earlier.order > taker.order) continue;
    const waits = earlier.posted?.end === undefined;
    check(!waits || !earlier.accepts(mine), 'a receive that was posted later came first');
  }
}

/** Receive all that lies unread, and return it. */
async function drain(world: TestWorld, sends: readonly Sent[]): Promise<Set<number>> {
  const unread = new Set<number>();
  for (const communicator of world.ranks) {
    const last = new Map<number, number>();
    for (;;) {
      await world.settle();
      const status = communicator.iprobe();
      if (status === undefined) break;
      const receive = new Watched<unknown>(communicator.receive(status.source, status));
      await world.settle();
      const send = sends[idOf(receive.value)];
      check(send !== undefined && !unread.has(send.id), 'what lies unread was sent, and lies once');
      check(send.id > (last.get(status.source) ?? -1), 'what lies unread lies in its order');
      last.set(status.source, send.id);
      unread.add(send.id);
      checkValue(receive, send);
    }
  }
  return unread;
}

/** Everything sent was received, or undone, or lay unread. */
function checkBooks(
  sends: readonly Sent[],
  takers: readonly Taker[],
  unread: ReadonlySet<number>,
): void {
  const delivered = new Set<number>();
  let spoilt = 0;
  for (const taker of takers) {
    const { receive, posted } = taker;
    if (taker.spoilt) spoilt += 1;
    if (receive?.value !== undefined) delivered.add(idOf(receive.value));
    const undone = posted?.cancelled === true && posted.code === 'ERR_CANCELLED';
    check(undone || receive?.end !== undefined, 'what is matched completes, the rest is undone');
  }
  let missing = 0;
  for (const send of sends) {
    const undone = send.cancelled === true || send.code === 'ERR_READY';
    const found = Number(delivered.has(send.id)) + Number(unread.has(send.id)) + Number(undone);
    check(found <= 1, 'a message has one fate');
    if (found === 0) missing += 1;
    check(send.end !== undefined, 'every send ends');
  }
  check(missing === spoilt, `${missing} messages are missing, ${spoilt} were refused`);
}

function checkValue(receive: Watched<unknown>, { id, step }: Sent): void {
  const { status } = receive.request;
  check(status !== undefined && describes(status, step), 'the status is that of the message');
  const { value } = receive;
  const expected = messageValue(id, step.form, step.length);
  const own = value instanceof Uint32Array ? value.slice(0, status.count) : value;
  check(JSON.stringify(own) === JSON.stringify(expected), 'a value arrives as it was sent');
}

function describes(status: Status, send: Step & { kind: 'send' }): boolean {
  const { source, tag, count, bytes, cancelled } = status;
  const isArray = send.form === 'array';
  const sizeFits = isArray ? bytes === 4 * send.length : bytes > send.length;
  const countFits = count === (isArray ? send.length : 1);
  return source === send.rank && tag === send.tag && sizeFits && countFits && !cancelled;
}

function check(holds: boolean, rule: string): asserts holds {
  if (!holds) throw new Error(`broken: ${rule}`);
}

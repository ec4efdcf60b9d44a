import { setImmediate as turn } from 'node:timers/promises';
import test from 'ava';
import type { Pull, Push } from 'zeromq';
import { Intake } from '../../../src/transport/zeromq/intake.ts';
import { type Deferred, deferred } from '../../helpers/deferred.ts';

/** A socket and its bell without ZeroMQ, and what an intake made of them. */
class Stage {
  readonly intake: Intake;
  readonly taken: string[] = [];
  readonly errors: Error[] = [];
  bells = 0;
  /** Reads that wait; more than one at a time is against ZeroMQ's rules. */
  mostReads = 0;
  readonly #queue: Buffer[][] = [];
  #reads: Deferred<Buffer[]>[] = [];

  constructor(take?: (parts: Buffer[]) => Promise<void> | undefined) {
    const socket = { receive: () => this.#receive(), close: () => this.#fail('EAGAIN') };
    const bell = { send: () => this.#ring(), close: () => {} };
    this.intake = new Intake(
      socket as unknown as Pull,
      bell as unknown as Push,
      take ?? ((parts) => void this.taken.push(String(parts[0]))),
      (error) => void this.errors.push(error),
    );
  }

  get reading(): boolean {
    return this.#reads.length > 0;
  }

  arrive(...parts: string[]): void {
    this.#put(parts.map((part) => Buffer.from(part)));
  }

  fail(code: string): void {
    this.#fail(code);
  }

  #put(parts: Buffer[]): void {
    const read = this.#reads.shift();
    if (read === undefined) this.#queue.push(parts);
    else read.resolve(parts);
  }

  #receive(): Promise<Buffer[]> {
    const parts = this.#queue.shift();
    if (parts !== undefined) return Promise.resolve(parts);
    const read = deferred<Buffer[]>();
    this.#reads.push(read);
    this.mostReads = Math.max(this.mostReads, this.#reads.length);
    return read.promise;
  }

  #ring(): Promise<void> {
    this.bells += 1;
    this.arrive('');
    return Promise.resolve();
  }

  #fail(code: string): void {
    const reads = this.#reads;
    this.#reads = [];
    for (const read of reads) read.reject(Object.assign(new Error(code), { code }));
  }
}

test('a wait is ended by the bell, and what comes later stays where it is', async (t) => {
  const stage = new Stage();
  stage.intake.listen(true);
  stage.arrive('a');
  await turn();
  t.true(stage.reading);
  stage.intake.listen(false);
  await turn();
  t.false(stage.reading);
  stage.arrive('b');
  await turn();
  t.deepEqual(stage.taken, ['a']);
  stage.intake.listen(true);
  await turn();
  t.deepEqual(stage.taken, ['a', 'b']);
});

test('however often listening is switched, one reader runs and one bell is under way', async (t) => {
  const stage = new Stage();
  for (let round = 0; round < 100; round += 1) {
    const before = stage.bells;
    for (let n = 0; n <= round; n += 1) stage.intake.listen(n % 2 === 0);
    t.true(stage.bells - before <= 1);
    if (round % 3 === 0) stage.arrive(String(round));
    if (round % 4 === 0) await turn();
  }
  stage.intake.listen(true);
  await turn();
  t.is(stage.taken.length, 34);
  t.is(stage.mostReads, 1);
  stage.intake.listen(false);
  await turn();
  t.false(stage.reading);
});

test('a flood of messages leaves turns to others', async (t) => {
  const stage = new Stage();
  for (let n = 0; n < 100; n += 1) stage.arrive('x'.repeat(100_000));
  stage.intake.listen(true);
  await turn();
  t.true(stage.taken.length < 50);
  while (stage.taken.length < 100) await turn();
  t.pass();
});

test('to be woken for nothing is no failure', async (t) => {
  const stage = new Stage();
  stage.intake.listen(true);
  stage.fail('EAGAIN');
  await turn();
  stage.arrive('a');
  await turn();
  t.deepEqual(stage.taken, ['a']);
  t.deepEqual(stage.errors, []);
});

test('any other failure is told, be it of the socket or of who takes the message', async (t) => {
  const socketFails = new Stage();
  socketFails.intake.listen(true);
  socketFails.fail('ENOTSOCK');
  await turn();
  t.deepEqual(socketFails.errors.map(String), ['Error: ENOTSOCK']);

  for (const take of [
    () => {
      throw new Error('not mine');
    },
    () => Promise.reject(new Error('not mine')),
  ]) {
    const stage = new Stage(take);
    stage.intake.listen(true);
    stage.arrive('a');
    await turn();
    t.deepEqual(stage.errors.map(String), ['Error: not mine']);
  }
});

test('after closing nothing is read, taken or told', async (t) => {
  const stage = new Stage();
  stage.intake.listen(true);
  stage.arrive('a');
  stage.intake.close();
  stage.intake.listen(true);
  stage.intake.listen(false);
  await turn();
  t.false(stage.reading);
  t.deepEqual([stage.taken, stage.errors, stage.bells], [[], [], 0]);
});

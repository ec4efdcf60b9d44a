import { world } from 'tsmpi';
import type { Exercise } from '../pace.ts';
import { checkMark, mark, nextMark, writtenArray } from './array.ts';
import { checkValue } from './value.ts';

/*
 * Each has a loop of its own, though they differ in a word: what V8 learns in one loop of the messages
 * that pass through it would slow down the others.
 */

/** Throw a typed array to and fro, received into memory that is there. */
export function intoPingPong(bytes: number): Exercise {
  const peer = 1 - world.rank;
  const outgoing = writtenArray(bytes);
  const into = writtenArray(bytes);
  const options = { into };
  let marked = 0;

  async function ping(count: number): Promise<void> {
    for (let i = 0; i < count; i += 1) {
      await world.send(outgoing, peer);
      await world.receive(peer, options);
    }
  }
  async function pong(count: number): Promise<void> {
    for (let i = 0; i < count; i += 1) {
      await world.receive(peer, options);
      await world.send(outgoing, peer);
    }
  }
  return {
    ranks: 2,
    prepare: () => {
      marked = nextMark(marked);
      mark(outgoing, marked);
    },
    run: world.rank === 0 ? ping : pong,
    check: () => checkMark(into, bytes, marked),
  };
}

/** Throw a typed array to and fro, received as a new array each time. */
export function freshPingPong(bytes: number): Exercise {
  const peer = 1 - world.rank;
  const outgoing = writtenArray(bytes);
  let received: Uint8Array = outgoing;
  let marked = 0;

  async function ping(count: number): Promise<void> {
    for (let i = 0; i < count; i += 1) {
      await world.send(outgoing, peer);
      received = await world.receive<Uint8Array>(peer);
    }
  }
  async function pong(count: number): Promise<void> {
    for (let i = 0; i < count; i += 1) {
      received = await world.receive<Uint8Array>(peer);
      await world.send(outgoing, peer);
    }
  }
  return {
    ranks: 2,
    prepare: () => {
      marked = nextMark(marked);
      mark(outgoing, marked);
    },
    run: world.rank === 0 ? ping : pong,
    check: () => checkMark(received, bytes, marked),
  };
}

/** Throw any other value to and fro. */
export function valuePingPong(value: unknown): Exercise {
  const peer = 1 - world.rank;
  let received: unknown;

  async function ping(count: number): Promise<void> {
    for (let i = 0; i < count; i += 1) {
      await world.send(value, peer);
      received = await world.receive(peer);
    }
  }
  async function pong(count: number): Promise<void> {
    for (let i = 0; i < count; i += 1) {
      received = await world.receive(peer);
      await world.send(value, peer);
    }
  }
  return {
    ranks: 2,
    prepare: () => {},
    run: world.rank === 0 ? ping : pong,
    check: () => checkValue(received, value),
  };
}

import test from 'ava';
import fc from 'fast-check';
import type { Communicator } from '../../src/comm/communicator.ts';
import type { Request } from '../../src/request/request.ts';
import { runRanks } from '../../src/testing.ts';
import { playAndCheck } from '../helpers/play.ts';
import { holds } from '../helpers/property.ts';
import { messageValue, type Plan, plan, program } from '../helpers/random-program.ts';

test('whatever the program and the network, MPI allows what happens', async (t) => {
  const property = fc.asyncProperty(program, playAndCheck);
  await holds(t, property, 2000);
});

/** Run one rank's part of a plan; returns what it received, message by message. */
async function runPart(world: Communicator, { transfers }: Plan): Promise<Map<number, unknown>> {
  const sends: Request<void>[] = [];
  const receives = new Map<number, Request<unknown>>();
  for (const [id, transfer] of transfers.entries()) {
    const { source, dest, tag, form, length, mode } = transfer;
    if (dest === world.rank) {
      const into = transfer.into && form === 'array' ? new Uint32Array(length) : undefined;
      const receive = world.receive(source, { tag, into });
      receives.set(id, receive);
      // To wait for a message to oneself before it is sent would be a lock-up of the program's own.
      if (transfer.receiveWaits && source !== world.rank) await receive;
    }
    if (source === world.rank) {
      const send = world.send(messageValue(id, form, length), dest, { tag, mode });
      sends.push(send);
      if (transfer.sendWaits) await send;
    }
  }
  await Promise.all(sends);
  const received = new Map<number, unknown>();
  for (const [id, receive] of receives) received.set(id, await receive);
  return received;
}

test('a program without wildcards has its one outcome, whatever the network does', async (t) => {
  const property = fc.asyncProperty(plan, async (drawn) => {
    const { size, seed, eagerBytes, creditBytes, transfers } = drawn;
    const options = { seed, eagerBytes, creditBytes };
    const results = await runRanks(size, (world) => runPart(world, drawn), options);
    for (const [id, { dest, form, length }] of transfers.entries()) {
      const actual = JSON.stringify(results[dest]?.get(id));
      const expected = JSON.stringify(messageValue(id, form, length));
      if (actual !== expected) throw new Error(`message ${id}: ${actual} instead of ${expected}`);
    }
  });
  await holds(t, property, 1500);
});

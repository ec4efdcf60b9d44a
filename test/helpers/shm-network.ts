import { closeSync, openSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { type PartShape, SegmentLayout } from '../../src/transport/shm/layout.ts';
import type { SharedMemory } from '../../src/transport/shm/memory.ts';
import type { MappedPart } from '../../src/transport/shm/neighbours.ts';
import { ShmTransport } from '../../src/transport/shm/shm.ts';
import { System } from '../../src/transport/shm/system.ts';
import type { Waiting } from '../../src/transport/shm/waiting.ts';
import { tempFolder } from './temp-folder.ts';
import type { TestNetwork } from './transport-contract.ts';

const system = new System();

/** Map fresh memory, as the ranks of a job do. */
export function mapped(t: ExecutionContext, bytes: number): SharedMemory {
  const path = join(tempFolder(t), 'segment');
  closeSync(openSync(path, 'w+', 0o600));
  truncateSync(path, bytes);
  const file = openSync(path, 'r+');
  const memory = system.map(file, 0, bytes);
  closeSync(file);
  return memory;
}

/** Ranks in this process that share one mapping, with rings of so many bytes. */
export function shmNetwork(
  t: ExecutionContext,
  size: number,
  ringBytes: number,
  waiting: Waiting,
): TestNetwork {
  const members = Array.from({ length: size }, (_, rank) => rank);
  return grownNetwork(t, [{ members, ringBytes }], waiting);
}

/** Ranks in this process that share memory in several parts, each of which came after the one before it. */
export function grownNetwork(
  t: ExecutionContext,
  shapes: readonly PartShape[],
  waiting: Waiting,
): TestNetwork {
  const folder = tempFolder(t);
  const parts = shapes.map((shape): MappedPart => {
    const layout = new SegmentLayout(shape);
    return { layout, memory: mapped(t, layout.bytes) };
  });
  return {
    size: parts.reduce((sum, { layout }) => sum + layout.members.length, 0),
    connect: (rank, events) => {
      const at = parts.findIndex(({ layout }) => layout.has(rank));
      const transport = new ShmTransport(
        {
          rank,
          own: parts[at] as MappedPart,
          elders: parts
            .slice(0, at)
            .map(({ layout, memory }) => ({ members: layout.members, memory })),
          waiting,
          folder,
          openPipe: (path) => system.openPipe(path),
        },
        events,
      );
      for (const part of parts.slice(at + 1)) transport.add(part);
      t.teardown(() => transport.close());
      return transport;
    },
  };
}

import { closeSync, openSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import type { ExecutionContext } from 'ava';
import { SegmentLayout } from '../../src/transport/shm/layout.ts';
import type { SharedMemory } from '../../src/transport/shm/memory.ts';
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
  return system.map(openSync(path, 'r+'), bytes);
}

/** Ranks in this process that share one mapping, with rings of so many bytes. */
export function shmNetwork(
  t: ExecutionContext,
  size: number,
  ringBytes: number,
  waiting: Waiting,
): TestNetwork {
  const folder = tempFolder(t);
  const layout = new SegmentLayout(size, ringBytes);
  const memory = mapped(t, layout.bytes);
  return {
    size,
    connect: (rank, events) => {
      const openPipe = (path: string): number => system.openPipe(path);
      const transport = new ShmTransport(
        { rank, layout, memory, waiting, folder, openPipe },
        events,
      );
      t.teardown(() => transport.close());
      return transport;
    },
  };
}

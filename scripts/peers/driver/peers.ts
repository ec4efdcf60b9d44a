import { type Options, TESTS, type Test } from './options.ts';
import { COMPILED, PYTHON, ROOT, SOURCES } from './places.ts';

/** What must be on the machine before a peer can run. */
export type Need = 'c' | 'openmpi' | 'mpich' | 'python' | 'mpi4py';

/** Something to be measured: tsmpi, its peers, and what they are seen against. */
export interface Peer {
  readonly name: string;
  readonly needs: readonly Need[];
  readonly tests: readonly Test[];
  /** Whether it carries objects, and not arrays alone. */
  readonly objects: boolean;
  /** The program that measures messages and also lets ranks wait; options are appended. Only where there is one. */
  readonly messages?: (ranks: number) => readonly string[];
  /** The program that measures collectives; options are appended. Only where there are any. */
  readonly collectives?: (ranks: number) => readonly string[];
  /** The program that lets a message go around once; only with the test `launch`. */
  readonly ring?: (ranks: number) => readonly string[];
  /** The program that measures a pool of two workers; options are appended. Only where there is one. */
  readonly pool?: () => readonly string[];
  /** Only with the test `waiting`, if it is not the program for messages. */
  readonly waiting?: (ranks: number) => readonly string[];
  /** The most ranks that there can be. */
  readonly mostRanks?: number;
}

/** All that is measured; the order is that of the columns. */
export function allPeers(options: Options, binaries: string): Peer[] {
  const { tsrun, programs } = options;
  const node = process.execPath;
  // With more ranks than slots it refuses to run without the option; it yields only if there are.
  const openmpi = (ranks: number, ...command: string[]): string[] => {
    return ['mpirun.openmpi', '--oversubscribe', '-n', String(ranks), ...command];
  };
  const mpich = (ranks: number, ...command: string[]): string[] => {
    return ['mpiexec.hydra', '-n', String(ranks), ...command];
  };
  const python = (name: string): string[] => [PYTHON, '-B', `${SOURCES}python/${name}.py`];
  const withNode = (name: string, ranks: number): string[] => {
    return [node, `${COMPILED}node/${name}.js`, '--ranks', String(ranks)];
  };
  return [
    {
      name: 'tsmpi',
      needs: [],
      tests: TESTS,
      objects: true,
      messages: (ranks) => [...tsrun, '-n', String(ranks), `${programs}/messages-rank.js`],
      collectives: (ranks) => [...tsrun, '-n', String(ranks), `${programs}/collectives-rank.js`],
      ring: (ranks) => [...tsrun, '-n', String(ranks), `${ROOT}examples/ring.ts`],
      pool: () => [...tsrun, '-n', '3', `${programs}/pool-rank.js`],
      waiting: (ranks) => [...tsrun, '-n', String(ranks), `${COMPILED}tsmpi/waiting.js`],
    },
    {
      name: 'tsmpi-spawned',
      needs: [],
      tests: ['pool'],
      objects: false,
      pool: () => [node, `${programs}/pool-rank.js`],
    },
    {
      name: 'openmpi',
      needs: ['openmpi'],
      tests: TESTS,
      objects: false,
      messages: (ranks) => openmpi(ranks, `${binaries}/openmpi-messages`),
      collectives: (ranks) => openmpi(ranks, `${binaries}/openmpi-collectives`),
      ring: (ranks) => openmpi(ranks, `${binaries}/openmpi-ring`),
    },
    {
      name: 'openmpi-thp',
      needs: ['openmpi'],
      tests: ['latency', 'bandwidth', 'broadcast', 'allreduce', 'alltoall'],
      objects: false,
      messages: (ranks) => openmpi(ranks, `${binaries}/openmpi-messages`, '--memory', 'huge'),
      collectives: (ranks) => openmpi(ranks, `${binaries}/openmpi-collectives`, '--memory', 'huge'),
    },
    {
      name: 'mpich',
      needs: ['mpich'],
      tests: TESTS,
      objects: false,
      messages: (ranks) => mpich(ranks, `${binaries}/mpich-messages`),
      collectives: (ranks) => mpich(ranks, `${binaries}/mpich-collectives`),
      ring: (ranks) => mpich(ranks, `${binaries}/mpich-ring`),
    },
    {
      name: 'mpi4py',
      needs: ['openmpi', 'mpi4py'],
      tests: TESTS,
      objects: true,
      messages: (ranks) => openmpi(ranks, ...python('mpi4py_messages')),
      collectives: (ranks) => openmpi(ranks, ...python('mpi4py_collectives')),
      ring: (ranks) => openmpi(ranks, ...python('mpi4py_ring')),
    },
    {
      name: 'multiprocessing',
      needs: ['python'],
      tests: ['latency', 'bandwidth', 'rate', 'ring', 'waiting', 'pool'],
      objects: true,
      messages: (ranks) => [...python('multiprocessing_messages'), '--ranks', String(ranks)],
      pool: () => python('multiprocessing_pool'),
    },
    {
      name: 'piscina',
      needs: [],
      tests: ['pool'],
      objects: false,
      pool: () => [node, `${COMPILED}node/piscina.js`],
    },
    {
      name: 'node-ipc',
      needs: [],
      tests: ['latency', 'bandwidth', 'rate', 'waiting'],
      objects: true,
      messages: (ranks) => withNode('ipc', ranks),
      mostRanks: 2,
    },
    {
      name: 'zeromq',
      needs: [],
      tests: ['latency', 'bandwidth', 'rate', 'ring', 'waiting'],
      objects: true,
      messages: (ranks) => withNode('zeromq', ranks),
    },
    {
      name: 'bare-node',
      needs: [],
      tests: ['waiting', 'pool'],
      objects: false,
      messages: (ranks) => withNode('bare', ranks),
      pool: () => [node, `${COMPILED}node/bare-pool.js`],
    },
    {
      name: 'limit',
      needs: ['c'],
      tests: ['latency', 'bandwidth'],
      objects: false,
      messages: () => [`${binaries}/limits`],
    },
  ];
}

/** What the types of communicators, groups and topologies promise; compiling this file is the test. */
import { ROOT, UNDEFINED } from '../../src/base/constants.ts';
import { type AttributeKey, createAttributeKey } from '../../src/comm/attributes.ts';
import type {
  CartesianCommunicator,
  Communicator,
  GraphCommunicator,
  Intercommunicator,
} from '../../src/comm/communicator.ts';
import type { Comparison } from '../../src/comm/compare.ts';
import type { Group } from '../../src/group/group.ts';
import { sum } from '../../src/op/arithmetic.ts';
import type { Request } from '../../src/request/request.ts';
import { isExactly } from '../helpers/is-exactly.ts';

declare const array: Int8Array;
declare const number: number;
declare const world: Communicator;
declare const grid: CartesianCommunicator;
declare const graph: GraphCommunicator;
declare const inter: Intercommunicator;

export function creations(): void {
  isExactly<Request<Communicator>>()(world.duplicate({ name: 'x', timeout: 5 }));
  isExactly<Request<Communicator | undefined>>()(world.split(UNDEFINED));
  isExactly<Request<Communicator>>()(world.splitType('shared', 3));
  isExactly<Request<Communicator | undefined>>()(world.create(world.group));
  isExactly<Request<Communicator>>()(world.createGroup(world.group, { tag: 7 }));
  isExactly<Request<CartesianCommunicator | undefined>>()(world.cartesian([2, 0]));
  isExactly<Request<GraphCommunicator>>()(world.graph({ sources: [], destinations: [0] }));
  isExactly<Request<GraphCommunicator>>()(world.distributedGraph([]));
  isExactly<Request<Intercommunicator>>()(world.intercommunicator(0, world, 1, { tag: 7 }));
  isExactly<Request<void>>()(world.free());
  isExactly<Group>()(world.group);
  isExactly<Comparison>()(world.compare(grid));
}

export function spawns(): void {
  isExactly<Request<Intercommunicator>>()(world.spawn('child.ts'));
  isExactly<Request<Intercommunicator>>()(
    world.spawn(new URL('file:///child.ts'), {
      n: 4,
      args: ['a b', ''] as const,
      env: { LEVEL: '3' },
      wdir: '/tmp',
      hosts: ['host1:2', 'host2'],
      root: 1,
      tolerant: true,
      name: 'children',
      timeout: 1000,
      signal: new AbortController().signal,
    }),
  );
  void world.spawn([{ program: 'a.ts', n: 2 }, { program: 'b.ts' }] as const, { hosts: 'host1' });
  // @ts-expect-error a function is no program
  void world.spawn(() => {});
  // @ts-expect-error arguments are strings
  void world.spawn('child.ts', { args: [7] });
  // @ts-expect-error so are the values of an environment
  void world.spawn('child.ts', { env: { LEVEL: 3 } });
  // @ts-expect-error each has a program
  void world.spawn([{ n: 2 }]);
  // @ts-expect-error two groups cannot spawn together
  void inter.spawn('child.ts');
}

export function topologies(): void {
  isExactly<Request<CartesianCommunicator>>()(grid.duplicate());
  isExactly<Request<CartesianCommunicator>>()(grid.sub([true]));
  isExactly<readonly number[]>()(grid.coordinates);
  isExactly<number>()(grid.rankAt([1]));
  isExactly<Request<GraphCommunicator>>()(graph.duplicate());
  isExactly<Request<(string | undefined)[]>>()(grid.neighborAllgather('x'));
  isExactly<Request<(number | undefined)[]>>()(grid.neighborAlltoall([1, 2]));
  isExactly<Request<string[]>>()(graph.neighborAllgather('x'));
  isExactly<Request<number[]>>()(graph.neighborAlltoall([1, 2]));
}

export function betweenGroups(): void {
  isExactly<Request<Intercommunicator>>()(inter.duplicate());
  isExactly<Request<Intercommunicator | undefined>>()(inter.split(0));
  isExactly<Request<Communicator>>()(inter.merge({ high: true }));
  isExactly<Request<string | undefined>>()(inter.broadcast<string>(undefined, { root: ROOT }));
  isExactly<Request<number[] | undefined>>()(inter.gather(1, { root: 0 }));
  isExactly<Request<Int8Array | undefined>>()(inter.scatter(array, { root: ROOT }));
  isExactly<Request<string | undefined>>()(inter.scatter(['a'], { root: ROOT }));
  isExactly<Request<number | undefined>>()(inter.reduce(number, sum, { root: 0 }));
  isExactly<Request<number | undefined>>()(inter.reduce<number>(undefined, sum, { root: ROOT }));
  isExactly<Request<number>>()(inter.allreduce(1));
  isExactly<Request<number[]>>()(inter.allgather(1));
  isExactly<Request<string[]>>()(inter.alltoall(['a']));
  isExactly<Request<Int8Array[]>>()(inter.alltoall(array));
  isExactly<Request<number>>()(inter.reduceScatter([1, 2]));
  isExactly<Request<string>>()(inter.receive<string>(0));
}

export function attributes(): void {
  const key = createAttributeKey<Map<string, number>>({ copy: (value) => new Map(value) });
  isExactly<AttributeKey<Map<string, number>>>()(key);
  world.setAttribute(key, new Map());
  isExactly<Map<string, number> | undefined>()(world.getAttribute(key));
  isExactly<boolean>()(inter.deleteAttribute(key));
}

export function mistakes(): void {
  // @ts-expect-error there is one type
  void world.splitType('numa');
  // @ts-expect-error a color is a number
  void world.split('red');
  // @ts-expect-error the key goes before the options
  void world.split(0, { name: 'x' });
  // @ts-expect-error a group is a Group
  void world.create([0, 1]);
  // @ts-expect-error a value is of the type of its key
  world.setAttribute(createAttributeKey<number>(), 'x');
  // @ts-expect-error dims are a list
  void world.cartesian(4);
  // @ts-expect-error a root must be given
  void inter.broadcast(1);
  // @ts-expect-error there is no scan between two groups
  void inter.scan(1);
  // @ts-expect-error coordinates cannot be set
  grid.coordinates = [1];
  // @ts-expect-error a peer is a communicator
  void world.intercommunicator(0, world.group, 1);
}

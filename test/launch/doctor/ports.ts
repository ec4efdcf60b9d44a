import test from 'ava';
import type { Outcome, Step } from '../../../src/launch/doctor/outcome.ts';
import { examinePorts, type Neighbour } from '../../../src/launch/doctor/ports.ts';
import type { Reached } from '../../../src/launch/network/reach.ts';
import { HostError } from '../../../src/launch/remote/host-error.ts';
import type { NetworkOptions } from '../../../src/launch/remote/protocol.ts';

const ANY: NetworkOptions = { interfaces: [], portRange: undefined };

/** What one host of a test is like. */
interface Plan {
  /** Those that it does not reach, by number. */
  readonly misses?: readonly number[];
  /** Why it cannot listen. */
  readonly deaf?: string;
  /** Something has failed before. */
  readonly lost?: boolean;
  readonly slots?: number;
}

async function examine(plans: readonly Plan[], network = ANY): Promise<(Outcome | undefined)[]> {
  const all = plans.map(neighbour);
  await examinePorts(all, network);
  return all.map(({ outcomes }) => outcomes.get('ports'));
}

function neighbour({ misses = [], deaf, lost, slots = 1 }: Plan, number: number): Neighbour {
  const name = `node${number}`;
  const agent = {
    listen: () => {
      if (deaf !== undefined) return Promise.reject(new HostError(name, deaf));
      const addresses = [`10.0.0.${number}`, '127.0.0.1'];
      return Promise.resolve({ addresses, port: 4000, token: name });
    },
    reach: (targets: readonly { host: number; addresses: readonly string[] }[]) =>
      Promise.resolve(
        targets.map(({ host, addresses }): Reached => {
          const failures = addresses.map((address) => ({ address, reason: 'nothing came back' }));
          return misses.includes(host) ? { host, failures } : { host, address: '10.0.0.1' };
        }),
      ),
  };
  return {
    host: { name, slots },
    agent: lost ? undefined : (agent as unknown as Neighbour['agent']),
    outcomes: new Map<Step, Outcome>(),
    byHand: (...command) => `on ${name} ${command.join(' ')}`,
  };
}

test('hosts that reach each other are well', async (t) => {
  t.deepEqual(await examine([{}, {}, {}]), [{ result: 'ok' }, { result: 'ok' }, { result: 'ok' }]);
});

test('one host alone, or one that is left, has nobody to reach', async (t) => {
  t.deepEqual(await examine([{}]), [undefined]);
  t.deepEqual(await examine([{}, { lost: true }]), [undefined, undefined]);
});

test('a firewall one way is told of the host that does not get through', async (t) => {
  const range = { interfaces: [], portRange: { first: 4000, last: 4010 } };
  const [one, other] = await examine([{}, { misses: [0] }], range);
  t.deepEqual(one, { result: 'ok' });
  t.deepEqual(other, {
    result: 'failed',
    problem: 'it cannot reach node0 (10.0.0.0: nothing came back), though node0 reaches it',
    command: 'on node0 timeout 20 nc -l -p 4000 & sleep 2; on node1 nc -v -w 5 10.0.0.0 4000',
    remedy:
      'have firewalls open TCP ports 4000 to 4010 of node0 for node1; --iface chooses among addresses',
  });
});

test('one that stops both ways is told of both', async (t) => {
  const [one, other, third] = await examine([{ misses: [1] }, { misses: [0] }, {}]);
  t.like(one, { result: 'failed', problem: 'it cannot reach node1 (10.0.0.1: nothing came back)' });
  t.like(other, { result: 'failed' });
  t.like(third, { result: 'ok' });
});

test('of many that are not reached a few are named', async (t) => {
  const [one] = await examine([{ misses: [1, 2, 3, 4, 5] }, {}, {}, {}, {}, {}]);
  t.regex(one !== undefined && 'problem' in one ? one.problem : '', /node3 \(.*\), .*, 2 more$/);
});

test('a host that has no port is told, and the others are tried without it', async (t) => {
  const [one, other, third] = await examine([{ deaf: 'no port is free' }, {}, { misses: [1] }]);
  t.like(one, { result: 'failed', problem: 'no port is free', command: 'on node0 ss -ltn' });
  t.like(other, { result: 'ok' });
  t.like(third, { result: 'failed' });
});

test('a range with fewer ports than a host has slots is worth a warning', async (t) => {
  const range = { interfaces: [], portRange: { first: 4000, last: 4002 } };
  const [one, other] = await examine([{ slots: 3 }, { slots: 4 }], range);
  t.like(one, { result: 'ok' });
  t.like(other, { result: 'warning' });
});

import test from 'ava';
import type { ProbeTarget, Reached } from '../../../src/launch/network/reach.ts';
import type { RunningAgent } from '../../../src/launch/remote/agents.ts';
import { HostError } from '../../../src/launch/remote/host-error.ts';
import { findRoutes } from '../../../src/launch/remote/routes.ts';

/** A host that reaches others at the first of their addresses for which `reaches` holds. */
function hostWith(
  host: string,
  addresses: readonly string[],
  reaches: (address: string) => boolean,
): RunningAgent {
  const link = {
    host,
    reach: async (targets: readonly ProbeTarget[]): Promise<readonly Reached[]> =>
      targets.map((target) => {
        const address = target.addresses.find(reaches);
        if (address !== undefined) return { host: target.host, address };
        const failures = target.addresses.map((one) => ({ address: one, reason: 'refused' }));
        return { host: target.host, failures };
      }),
  };
  const facts = { probe: { addresses, port: 1, token: host } };
  return { link, facts } as unknown as RunningAgent;
}

test('each host has the addresses at which it reaches the others, and binds those at which it is reached', async (t) => {
  const inside = (address: string): boolean => address.startsWith('10.');
  // Host 1 is in another network, and takes no part as number 2 does.
  const hosts = new Map([
    [0, hostWith('a', ['192.168.0.1', '10.0.0.1'], () => true)],
    [1, hostWith('b', ['10.0.0.2', '172.17.0.1'], inside)],
    [3, hostWith('d', ['172.17.0.1', '10.0.0.4'], inside)],
  ]);
  const routes = await findRoutes(hosts);
  t.deepEqual(routes.get(0), {
    bind: ['10.0.0.1'],
    routes: ['', '10.0.0.2', '', '172.17.0.1'],
  });
  t.deepEqual(routes.get(1), { bind: ['10.0.0.2'], routes: ['10.0.0.1', '', '', '10.0.0.4'] });
  t.deepEqual(routes.get(3)?.routes, ['10.0.0.1', '10.0.0.2', '', '']);
  t.deepEqual([...(routes.get(3)?.bind ?? [])].sort(), ['10.0.0.4', '172.17.0.1']);
  t.is(routes.size, 3);
});

test('every pair that cannot reach each other is told, with what was tried and what to do', async (t) => {
  const hosts = new Map([
    [0, hostWith('a', ['10.0.0.1', '10.1.0.1'], () => true)],
    [1, hostWith('b', ['10.0.0.2'], () => false)],
    [2, hostWith('c', ['10.0.0.3'], () => true)],
  ]);
  const error = await t.throwsAsync(findRoutes(hosts), { instanceOf: AggregateError });
  const errors = (error as AggregateError).errors as HostError[];
  t.true(errors.every((one) => one instanceof HostError && one.host === 'b'));
  t.deepEqual(
    errors.map(({ message }) => message),
    [
      'it cannot reach a under any address (10.0.0.1: refused; 10.1.0.1: refused)',
      'it cannot reach c under any address (10.0.0.3: refused)',
    ],
  );
  t.regex(errors[0]?.remedy ?? '', /--port-range.*--iface/);
});

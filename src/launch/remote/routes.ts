import type { NetworkStart } from '../../control/message.ts';
import type { ProbeTarget } from '../network/reach.ts';
import type { AgentLink } from './agent-link.ts';
import { HostError } from './host-error.ts';
import type { HostFacts } from './protocol.ts';

/** An address that has not answered by then is none that messages could go to. */
const REACH_MS = 5_000;

/** A host that others may try to reach. */
export interface ProbedHost {
  readonly link: AgentLink;
  readonly facts: Pick<HostFacts, 'probe'>;
}

/** By number of host, what its ranks are to know. */
export type Routes = ReadonlyMap<number, Route>;

/** How the ranks of a host are reached, and reach others. */
export type Route = Pick<NetworkStart, 'bind' | 'routes'>;

/**
 * Find out under which addresses the hosts reach each other, each from where it stands.
 *
 * @param hosts  by number
 * @param wanted  whether it is to be found out how one reaches another; left out: how each reaches each
 * @throws AggregateError of HostErrors, if some cannot reach others
 */
export async function findRoutes(
  hosts: ReadonlyMap<number, ProbedHost>,
  wanted: (from: number, to: number) => boolean = () => true,
): Promise<Routes> {
  const targets: ProbeTarget[] = [];
  for (const [host, { facts }] of hosts)
    if (facts.probe !== undefined) targets.push({ host, ...facts.probe });
  const routes = new Map<number, string[]>();
  const bind = new Map<number, Set<string>>([...hosts.keys()].map((host) => [host, new Set()]));
  const errors: HostError[] = [];
  const asking = [...hosts].map(async ([host, { link }]) => {
    const others = targets.filter((target) => target.host !== host && wanted(host, target.host));
    const found: string[] = [];
    for (const reached of await link.reach(others, REACH_MS)) {
      if ('address' in reached) {
        found[reached.host] = reached.address;
        bind.get(reached.host)?.add(reached.address);
      } else {
        errors.push(
          unreachable(link.host, hosts.get(reached.host)?.link.host ?? '', reached.failures),
        );
      }
    }
    routes.set(host, found);
  });
  await Promise.all(asking);
  if (errors.length > 0) throw new AggregateError(errors);
  const most = Math.max(...hosts.keys());
  return new Map(
    [...routes].map(([host, found]) => [
      host,
      {
        bind: [...(bind.get(host) ?? [])],
        routes: Array.from({ length: most + 1 }, (_, other) => found[other] ?? ''),
      },
    ]),
  );
}

function unreachable(
  from: string,
  to: string,
  failures: readonly { readonly address: string; readonly reason: string }[],
): HostError {
  const tried = failures.map(({ address, reason }) => `${address}: ${reason}`).join('; ');
  return new HostError(
    from,
    `it cannot reach ${to} under any address (${tried})`,
    `let hosts reach each other, on a few ports only with --port-range A:B; with --iface NAME or --iface 10.0.0.0/8 other addresses are tried`,
  );
}

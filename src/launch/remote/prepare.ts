import type { JobContext } from '../job-context.ts';
import type { Work } from '../join/meeting.ts';
import type { JobOptions } from '../options.ts';
import type { Parcel } from '../parcel/parcel.ts';
import { runtimeParcel } from '../parcel/runtime.ts';
import { stdinOf } from '../run-here.ts';
import type { RunningAgent } from './agents.ts';
import { Notices } from './notices.ts';
import { hostRank, type PartBase } from './part.ts';
import { findRoutes, type Route } from './routes.ts';
import { settled } from './settled.ts';

/** What the hosts of a job are prepared for. */
export interface Preparation {
  readonly options: JobOptions;
  readonly context: JobContext;
  readonly nameOf: (host: number) => string;
  /** The number of the host of each rank; undefined if the job has one host alone. */
  readonly hostOfRank: readonly number[] | undefined;
}

/**
 * Bring each host what it lacks, find out how they reach each other, and give each its part.
 *
 * @returns by number of host, what all its parts have in common
 * @throws AggregateError of what is wrong with which hosts
 */
export async function prepareHosts(
  running: ReadonlyMap<number, RunningAgent>,
  { plans, programs }: Work,
  { options, context, nameOf, hostOfRank }: Preparation,
): Promise<Map<number, PartBase>> {
  const runtimes = new Map<number, Parcel>();
  const bases = new Map<number, PartBase>();
  const supplying = [...running].map(async ([number, { link, facts }]) => {
    const runtime = runtimeParcel(facts, context.installation.root);
    runtimes.set(number, runtime);
    const own = plans.filter(({ host }) => host === number);
    const needed = new Set(own.flatMap(({ program }) => programs.get(program)?.parcel ?? []));
    const brought = await link.supply([runtime, ...needed]);
    for (const { name } of brought) context.verbose(`${link.host}: brought the ${name}`);
  });
  const findingRoutes = running.size > 1 ? findRoutes(running) : Promise.resolve(undefined);
  await settled([...supplying, findingRoutes]);
  const routes = await findingRoutes;
  const notices = new Notices();
  const preparing = [...running].map(async ([number, { link }]) => {
    const route = routes?.get(number);
    for (const [other, address] of route?.routes.entries() ?? []) {
      if (address === '') continue;
      context.verbose(`${nameOf(number)} reaches ${nameOf(other)} at ${address}`);
    }
    const base = baseOf(runtimes.get(number)?.hash ?? '', route, options);
    bases.set(number, base);
    const ranks = plans
      .filter(({ host }) => host === number)
      .map((plan) => hostRank(plan, stdinOf(options, plan.rank), programs));
    const { network, ...part } = base;
    const common = { ...context.common, hosts: hostOfRank, network };
    const ready = await link.prepare({ ...part, common, ranks });
    context.verbose(`${ranks.length} ranks on ${link.host}, ${ready.transport}`);
    for (const notice of ready.notices) notices.add(notice, link.host);
  });
  await settled(preparing);
  for (const line of options.quiet ? [] : notices.lines()) {
    context.process.stderr.write(`tsrun: ${line}\n`);
  }
  return bases;
}

/** What all parts of a job on one host have in common. @param route  undefined if there is no other host */
export function baseOf(
  runtime: string,
  route: Route | undefined,
  { encrypt, portRange, transports, wait }: JobOptions,
): PartBase {
  const network = route && { ...route, encrypt, portRange };
  return { runtime, transports, wait, network };
}
